import { digestOf, newRefreshToken } from '../credentials/refresh-token.ts';
import type { StoredRefreshToken } from '../store/sessions.ts';
import type { Deps } from './deps.ts';

/** What a login or a refresh answers. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: 'Bearer';
  readonly expiresIn: number;
}

/** A refresh token for its owner, and the row that remembers it. */
export function mintRefreshToken(deps: Deps): { readonly token: string; readonly stored: StoredRefreshToken } {
  const token = newRefreshToken();
  const issuedAt = deps.now();
  const expiresAt = new Date(issuedAt.getTime() + deps.refreshTokens.lifeSeconds * 1_000);
  return { token, stored: { digest: digestOf(token, deps.refreshTokens.key), issuedAt, expiresAt } };
}

/** Opens a session for somebody who proved who they are. */
export async function openSession(deps: Deps, userId: string): Promise<Grant> {
  const sessionId = deps.newId();
  const { token, stored } = mintRefreshToken(deps);
  await deps.sessions.open({ id: sessionId, userId }, stored);
  return grant(deps, { userId, sessionId, refreshToken: token });
}

/** The answer that goes with a refresh token which is stored already. */
export async function grant(
  deps: Deps,
  { userId, sessionId, refreshToken }: { userId: string; sessionId: string; refreshToken: string },
): Promise<Grant> {
  const accessToken = await deps.accessTokens.sign({ userId, sessionId, tokenId: deps.newId() });
  return { accessToken, refreshToken, tokenType: 'Bearer', expiresIn: deps.accessTokens.lifeSeconds };
}
