import type { RpcError } from 'cmdrpc';
import { Refusal, type RefusalCode } from '../domain/refusal.ts';
import { dependencyFailure } from '../peers/dependency-failure.ts';
import type { Peers } from './deps.ts';

type User = Peers['user'];

/** What User declares about an account or a refresh token; the names are the same on both sides. */
const ACCOUNT_REFUSALS = [
  'email_taken',
  'credentials_invalid',
  'refresh_token_invalid',
  'refresh_token_expired',
  'refresh_token_reused',
  'too_many_attempts',
] as const satisfies readonly RefusalCode[];

/**
 * Opens an account and logs it in.
 * @throws {Refusal} `email_taken`, `too_many_attempts`; `dependency_*`
 */
export const register = async (user: User, input: Parameters<User['register']>[0]) =>
  unwrap(await user.register.safe(input));

/**
 * Logs an account in.
 * @throws {Refusal} `credentials_invalid`, `too_many_attempts`; `dependency_*`
 */
export const logIn = async (user: User, input: Parameters<User['login']>[0]) => unwrap(await user.login.safe(input));

/**
 * Exchanges a refresh token for its successor.
 * @throws {Refusal} `refresh_token_*`, `too_many_attempts`; `dependency_*`
 */
export const refresh = async (user: User, input: Parameters<User['refresh_token']>[0]) =>
  unwrap(await user.refresh_token.safe(input));

/**
 * Revokes a refresh token and all that came of it. One that is unknown is as good as revoked.
 * @throws {Refusal} `dependency_*`
 */
export const logOut = async (user: User, input: Parameters<User['logout']>[0]): Promise<void> => {
  unwrap(await user.logout.safe(input));
};

const unwrap = <T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: RpcError },
): T => {
  if (result.ok) return result.value;
  const { error } = result;
  const declared = ACCOUNT_REFUSALS.find((code) => code === error.reason);
  throw declared === undefined
    ? dependencyFailure(error)
    : new Refusal(declared, { retryAfterMs: retryAfterOf(error), cause: error });
};

/** A pause that User decided on is part of what it declared. */
const retryAfterOf = ({ details }: RpcError): number | undefined =>
  typeof details === 'object' &&
  details !== null &&
  'retryAfterMs' in details &&
  typeof details.retryAfterMs === 'number'
    ? details.retryAfterMs
    : undefined;
