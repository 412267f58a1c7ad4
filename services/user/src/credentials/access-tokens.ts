import { errors, jwtVerify, SignJWT } from 'jose';
import { type AccessClaims, accessClaims } from '../domain/access-claims.ts';
import { createCheckedTokens } from './checked-tokens.ts';

// Pinned here, never taken from a token's header.
const ALGORITHM = 'HS256';
/** Explicit type of an access token, so that no other JWT passes for one (RFC 9068 §2.1). */
const TYPE = 'at+jwt';
const CLOCK_TOLERANCE_SECONDS = 5;
/** Longest token whose signature is worth checking, in bytes. */
const MAX_TOKEN_BYTES = 4_096;

export interface AccessTokenOptions {
  /** Key of HMAC-SHA-256. */
  readonly key: Uint8Array;
  readonly issuer: string;
  readonly audience: string;
  readonly lifeSeconds: number;
  readonly now: () => Date;
}

export type AccessVerdict =
  | { readonly ok: true; readonly claims: AccessClaims }
  | { readonly ok: false; readonly reason: 'token_invalid' | 'token_expired' };

/** Signs access tokens and checks them; revocation is the store's to know. */
export interface AccessTokens {
  readonly lifeSeconds: number;
  sign(subject: { readonly userId: string; readonly sessionId: string; readonly tokenId: string }): Promise<string>;
  /** Takes the token with or without `Bearer `. */
  verify(token: string): Promise<AccessVerdict>;
}

/** Access tokens as JWT under HS256. The header's `kid`, `jku` and `x5u` are never looked at. */
export async function createAccessTokens(options: AccessTokenOptions): Promise<AccessTokens> {
  const { issuer, audience, lifeSeconds, now } = options;
  // Imported once: left as bytes, every check would import it again.
  const key = await crypto.subtle.importKey(
    'raw',
    new Uint8Array(options.key),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  );
  const checked = createCheckedTokens();
  // The checks of time that `jwtVerify` makes below; what fails one goes through it again, which names the reason.
  const isTimely = ({ iat, exp }: AccessClaims): boolean => {
    const seconds = Math.floor(now().getTime() / 1_000);
    const age = seconds - iat;
    return (
      exp > seconds - CLOCK_TOLERANCE_SECONDS &&
      age >= -CLOCK_TOLERANCE_SECONDS &&
      age - CLOCK_TOLERANCE_SECONDS <= lifeSeconds
    );
  };

  return {
    lifeSeconds,
    sign: ({ userId, sessionId, tokenId }) => {
      const issuedAt = Math.floor(now().getTime() / 1_000);
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setJti(tokenId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifeSeconds)
        .sign(key);
    },
    verify: async (token) => {
      const compact = token.replace(/^Bearer +/i, '');
      if (Buffer.byteLength(compact) > MAX_TOKEN_BYTES) return { ok: false, reason: 'token_invalid' };
      const known = checked.get(compact);
      if (known !== undefined && isTimely(known)) return { ok: true, claims: known };
      try {
        const { payload } = await jwtVerify(compact, key, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer,
          audience,
          requiredClaims: ['exp', 'iat', 'sub', 'jti', 'sid'],
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          // Bounds the life whatever `exp` says, and refuses an `iat` of the future.
          maxTokenAge: lifeSeconds,
          currentDate: now(),
        });
        const parsed = accessClaims.safeParse(payload);
        if (!parsed.success) return { ok: false, reason: 'token_invalid' };
        checked.add(compact, parsed.data);
        return { ok: true, claims: parsed.data };
      } catch (thrown) {
        if (thrown instanceof errors.JWTExpired) return { ok: false, reason: 'token_expired' };
        if (thrown instanceof errors.JOSEError) return { ok: false, reason: 'token_invalid' };
        throw thrown;
      }
    },
  };
}
