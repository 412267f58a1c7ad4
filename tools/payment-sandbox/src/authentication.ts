import { createHash, timingSafeEqual } from 'node:crypto';
import { ProviderError } from './provider-error.ts';

/**
 * Checks `Authorization: Basic base64(secretKey + ':')`; the colon is required and nothing may follow it.
 * @throws {ProviderError} `INCORRECT_BASIC_AUTH_FORMAT` for another scheme or no colon, `UNAUTHORIZED_KEY` for no header or another key.
 */
export function authenticate(authorization: string | undefined, secretKey: string): void {
  if (authorization === undefined) throw new ProviderError('UNAUTHORIZED_KEY');
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization.trim())?.[1];
  if (encoded === undefined) throw new ProviderError('INCORRECT_BASIC_AUTH_FORMAT');
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  if (!credentials.includes(':')) throw new ProviderError('INCORRECT_BASIC_AUTH_FORMAT');
  if (!timingSafeEqual(digest(credentials), digest(`${secretKey}:`))) throw new ProviderError('UNAUTHORIZED_KEY');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
