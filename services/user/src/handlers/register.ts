import type { Deps, UserHandlers } from './deps.ts';
import { openSession } from './grant.ts';
import { refusingOverload } from './overload.ts';

/** Opens an account. The unique index decides who was first. */
export const register =
  (deps: Deps): UserHandlers['register'] =>
  async ({ email, password, name }, ctx) => {
    const passwordHash = await refusingOverload(deps.passwords.hash(password, ctx.signal));
    const id = deps.newId();
    const added = await deps.users.add({ id, email: email.toLowerCase(), name, passwordHash });
    if (!added) throw ctx.errors.email_taken({});
    return openSession(deps, id);
  };
