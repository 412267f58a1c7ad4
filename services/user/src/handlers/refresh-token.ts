import { digestOf } from '../credentials/refresh-token.ts';
import type { Deps, UserHandlers } from './deps.ts';
import { grant, mintRefreshToken } from './grant.ts';
import { refusingTooManyTries } from './too-many-tries.ts';

/** Consumes a token and answers with its successor. */
export const refreshToken =
  (deps: Deps): UserHandlers['refresh_token'] =>
  async ({ refreshToken: presented, clientAddress }, ctx) => {
    const { token, stored } = mintRefreshToken(deps);
    const rotation = await refusingTooManyTries(
      deps.throttle.attemptRefresh(
        { clientAddress },
        () => deps.sessions.rotate(digestOf(presented, deps.refreshTokens.key), stored),
        ({ outcome }) => outcome === 'unknown',
      ),
      ctx.errors.too_many_attempts,
    );
    switch (rotation.outcome) {
      case 'rotated':
        return grant(deps, { userId: rotation.userId, sessionId: rotation.familyId, refreshToken: token });
      case 'expired':
        throw ctx.errors.refresh_token_expired({});
      case 'reused':
        ctx.logger.warn({}, 'refresh token used twice, session revoked');
        throw ctx.errors.refresh_token_reused({});
      case 'unknown':
        throw ctx.errors.refresh_token_invalid({});
    }
  };
