import type { Deps, UserHandlers } from './deps.ts';
import { openSession } from './grant.ts';
import { refusingOverload } from './overload.ts';

/** One answer, after the same work, for an unknown address and for a wrong password. */
export const login =
  (deps: Deps): UserHandlers['login'] =>
  async ({ email, password }, ctx) => {
    const user = await deps.users.byEmail(email.toLowerCase());
    const matches = await refusingOverload(deps.passwords.matches(password, user?.passwordHash, ctx.signal));
    if (user === undefined || !matches) throw ctx.errors.credentials_invalid({});
    return openSession(deps, user.id);
  };
