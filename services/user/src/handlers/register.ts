import type { Deps, UserHandlers } from './deps.ts';
import { openSession } from './grant.ts';
import { refusingOverload } from './overload.ts';
import { refusingTooManyTries } from './too-many-tries.ts';

/**
 * Opens an account. The unique index decides who was first. A taken address counts as a failed try of where it came
 * from: it tells that there is an account, so nobody may ask for many.
 */
export const register =
  (deps: Deps): UserHandlers['register'] =>
  async ({ email, password, name, clientAddress }, ctx) => {
    const id = deps.newId();
    const open = async (): Promise<boolean> => {
      const passwordHash = await refusingOverload(deps.passwords.hash(password, ctx.signal));
      return deps.users.add({ id, email: email.toLowerCase(), name, passwordHash });
    };
    const isAdded = await refusingTooManyTries(
      deps.throttle.attempt({ clientAddress }, open, (added) => !added),
      ctx.errors.too_many_attempts,
    );
    if (!isAdded) throw ctx.errors.email_taken({});
    return openSession(deps, id);
  };
