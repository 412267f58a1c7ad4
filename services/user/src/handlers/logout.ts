import { digestOf } from '../credentials/refresh-token.ts';
import type { Deps, UserHandlers } from './deps.ts';

/** Ends a session. Whether there was one is nobody's business. */
export const logout =
  ({ sessions, refreshTokens, now }: Deps): UserHandlers['logout'] =>
  async ({ refreshToken }) => {
    await sessions.revokeByToken(digestOf(refreshToken, refreshTokens.key), now());
    return { loggedOut: true };
  };
