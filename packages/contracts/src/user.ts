import { contract, reason, unary } from 'cmdrpc/contract';
import { z } from 'zod';
import { nothing } from './shared/refusals.ts';

/** An address as people type it; stored and compared in lower case. */
export const email = z.email().max(254);

/**
 * Length only, as NIST SP 800-63B asks; the upper bound keeps a hash's cost bounded.
 * The lower bound is the publication's minimum for a password that is the only factor.
 */
const newPassword = z.string().min(8).max(128);

/** The signed facts of an access token that was checked. */
const tokenClaims = z.object({
  sub: z.uuid(),
  /** The account's address as it is now, not as it was when the token was signed. */
  email: email.optional(),
  scope: z.string().optional(),
  /** Seconds since the epoch. */
  exp: z.int(),
});

export const userInfo = z.object({ id: z.uuid(), email, name: z.string() });

/** What a login or a refresh answers. `expiresIn` is the access token's life in seconds. */
export const tokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  tokenType: z.literal('Bearer'),
  expiresIn: z.int(),
});

export const registration = z.strictObject({ email, password: newPassword, name: z.string().trim().min(1).max(100) });
export const credentials = z.strictObject({ email, password: z.string().min(1).max(128) });
export const refreshTokenInput = z.strictObject({ refreshToken: z.string().min(1).max(4096) });

/** What only the gateway knows: where the request came from, an IP address. Tries are counted by it, beside the account. */
const fromClient = { clientAddress: z.string().min(1).max(64).optional() };

/** Too many tries failed, or are under way, for this account or from this address; nothing was tried. */
const tooManyAttempts = reason('resource_exhausted', z.strictObject({ retryAfterMs: z.int().min(1) }));

/** Accounts and tokens. Only this service can sign a token or read a password hash. */
export const userContract = contract(
  'user',
  { version: '1.0.0' },
  {
    parse_bearer_token: unary({
      summary: 'Checks an access token: signature, algorithm, issuer, audience, expiry and revocation.',
      // The bound keeps a hostile header from costing a signature check over megabytes.
      input: z.strictObject({ token: z.string().min(1).max(4096) }),
      output: tokenClaims,
      effect: 'read',
      timeoutMs: 2_000,
      errors: {
        token_invalid: reason('unauthenticated', nothing),
        token_expired: reason('unauthenticated', nothing),
        token_revoked: reason('unauthenticated', nothing),
      },
    }),
    get_user_info: unary({
      summary: 'The public facts of one account.',
      input: z.strictObject({ userId: z.uuid() }),
      output: userInfo,
      effect: 'read',
      timeoutMs: 2_000,
      errors: { user_not_found: reason('not_found', nothing) },
    }),
    register: unary({
      summary: 'Opens an account and logs it in.',
      input: registration.extend(fromClient),
      output: tokens,
      timeoutMs: 5_000,
      errors: { email_taken: reason('already_exists', nothing), too_many_attempts: tooManyAttempts },
    }),
    login: unary({
      summary: 'Exchanges an e-mail address and a password for tokens.',
      input: credentials.extend(fromClient),
      output: tokens,
      timeoutMs: 5_000,
      errors: { credentials_invalid: reason('unauthenticated', nothing), too_many_attempts: tooManyAttempts },
    }),
    refresh_token: unary({
      summary: 'Consumes a refresh token and answers with its successor; a consumed one revokes the whole family.',
      input: refreshTokenInput.extend(fromClient),
      output: tokens,
      timeoutMs: 3_000,
      errors: {
        refresh_token_invalid: reason('unauthenticated', nothing),
        refresh_token_expired: reason('unauthenticated', nothing),
        refresh_token_reused: reason('unauthenticated', nothing),
        too_many_attempts: tooManyAttempts,
      },
    }),
    logout: unary({
      summary: 'Revokes a refresh token with its family, and every access token that came of it.',
      input: refreshTokenInput,
      output: z.object({ loggedOut: z.literal(true) }),
      effect: 'idempotent',
      timeoutMs: 3_000,
    }),
  },
);
