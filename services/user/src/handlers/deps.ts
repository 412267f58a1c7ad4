import type { userContract } from '@shop/contracts';
import type { Handlers } from 'cmdrpc';
import type { AccessTokens } from '../credentials/access-tokens.ts';
import type { Passwords } from '../credentials/passwords.ts';
import type { Throttle } from '../credentials/throttle.ts';
import type { Sessions } from '../store/sessions.ts';
import type { Users } from '../store/users.ts';

/** What the handlers work with. */
export interface Deps {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly accessTokens: AccessTokens;
  readonly passwords: Passwords;
  readonly refreshTokens: { readonly key: Uint8Array; readonly lifeSeconds: number };
  readonly throttle: Throttle;
  readonly now: () => Date;
  /** A new time-ordered id. */
  readonly newId: () => string;
}

/** One handler per command of the contract. */
export type UserHandlers = Handlers<(typeof userContract)['commands']>;
