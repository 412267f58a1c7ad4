import { randomBytes, randomUUID } from 'node:crypto';
import { createAccessTokens } from '../../../services/user/src/credentials/access-tokens.ts';
import { DEMO_USER } from '../../../services/user/src/demo.ts';
import type { Sessions } from '../../../services/user/src/store/sessions.ts';

const HOUR_S = 3_600;

/** A login of the demo user with a key of our own, and what checks its token. */
export const loggedIn = async (sessions: Sessions) => {
  const accessTokens = await createAccessTokens({
    key: new Uint8Array(randomBytes(32)),
    issuer: 'urn:bench:user',
    audience: 'urn:bench:api',
    lifeSeconds: 10 * HOUR_S,
    now: () => new Date(),
  });
  const session = { id: randomUUID(), userId: DEMO_USER.id };
  const issuedAt = new Date();
  const expiresAt = new Date(issuedAt.getTime() + 10 * HOUR_S * 1_000);
  await sessions.open(session, { digest: randomBytes(32), issuedAt, expiresAt });
  const token = await accessTokens.sign({ userId: session.userId, sessionId: session.id, tokenId: randomUUID() });
  return { accessTokens, token };
};
