import { TurnstileFull } from '../credentials/turnstile.ts';
import type { User, UserWithPassword } from '../store/users.ts';
import type { Deps, UserHandlers } from './deps.ts';
import { openSession } from './grant.ts';
import { refusingOverload } from './overload.ts';
import { refusingTooManyTries } from './too-many-tries.ts';

/**
 * One answer, after the same work, for an unknown address and for a wrong password; and none at all for either, nor for
 * the right password, once there were too many.
 */
export const login =
  (deps: Deps): UserHandlers['login'] =>
  async ({ email, password, clientAddress }, ctx) => {
    const account = email.toLowerCase();
    const userId = await refusingTooManyTries(
      deps.throttle.attempt(
        { account, clientAddress },
        () => proveAccount(deps, account, password, ctx.signal),
        isNobody,
      ),
      ctx.errors.too_many_attempts,
    );
    if (userId === undefined) throw ctx.errors.credentials_invalid({});
    return openSession(deps, userId);
  };

const isNobody = (userId: string | undefined): boolean => userId === undefined;

async function proveAccount(
  { users, passwords }: Deps,
  email: string,
  password: string,
  signal: AbortSignal,
): Promise<User['id'] | undefined> {
  const user = await users.byEmail(email);
  const matches = await refusingOverload(passwords.matches(password, user?.passwordHash, signal));
  if (user === undefined || !matches) return undefined;
  if (passwords.isOutdated(user.passwordHash)) await renewHash({ users, passwords }, user, password);
  return user.id;
}

/** Whoever proved a password is let in whether or not there was room to hash it anew; the next login tries again. */
async function renewHash(
  { users, passwords }: Pick<Deps, 'users' | 'passwords'>,
  user: UserWithPassword,
  password: string,
): Promise<void> {
  try {
    await users.replacePasswordHash(user.id, { old: user.passwordHash, new: await passwords.hash(password) });
  } catch (thrown) {
    if (!(thrown instanceof TurnstileFull)) throw thrown;
  }
}
