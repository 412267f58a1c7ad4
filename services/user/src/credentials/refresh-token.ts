import { createHmac, randomBytes } from 'node:crypto';

/** A fresh refresh token: 256 random bits, meaningless by themselves. */
export const newRefreshToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of it: HMAC-SHA-256, so that neither the database nor the key alone can make or find a token. */
export const digestOf = (token: string, key: Uint8Array): Buffer => createHmac('sha256', key).update(token).digest();
