import { Refusal, type RefusalCode } from '../domain/refusal.ts';
import { dependencyFailure } from '../peers/dependency-failure.ts';
import type { WorkflowDeps } from './deps.ts';

/** Only what User declares says anything about a token; every other failure is about User. */
const TOKEN_REFUSALS = new Set<string>(['token_invalid', 'token_expired', 'token_revoked'] satisfies RefusalCode[]);
const isTokenRefusal = (reason: string): reason is 'token_invalid' | 'token_expired' | 'token_revoked' =>
  TOKEN_REFUSALS.has(reason);

/** The longest token that User takes, in characters (`parse_bearer_token`'s contract). */
const MAX_TOKEN_LENGTH = 4_096;

type AccountDeps = Pick<WorkflowDeps, 'peers' | 'budgets'>;

/** Somebody whose token was checked. */
export interface Caller {
  readonly userId: string;
  /** The account's address, where User said it along with the token. */
  readonly email?: string | undefined;
}

/** A caller whose account was looked up as well. */
export interface Buyer extends Caller {
  readonly email: string;
}

/**
 * Who a bearer token belongs to.
 * @throws {Refusal} `token_*` about the token; `dependency_*` when User cannot say.
 */
export const authenticate = async ({ peers, budgets }: AccountDeps, token: string): Promise<Caller> => {
  if (token.length > MAX_TOKEN_LENGTH) throw new Refusal('token_invalid');
  const result = await peers.user.parse_bearer_token.safe({ token }, { timeoutMs: budgets.userMs });
  if (result.ok) return { userId: result.value.sub, email: result.value.email };
  const { error } = result;
  if (error.delivery === 'answered' && isTokenRefusal(error.reason)) throw new Refusal(error.reason, { cause: error });
  throw dependencyFailure(error);
};

/**
 * The account of an authenticated caller; User is asked only where it did not say when it checked the token.
 * @throws {Refusal} `token_invalid` when it no longer exists; `dependency_*` when User cannot say.
 */
export const lookUpBuyer = async ({ peers, budgets }: AccountDeps, { userId, email }: Caller): Promise<Buyer> => {
  if (email !== undefined) return { userId, email };
  const result = await peers.user.get_user_info.safe({ userId }, { timeoutMs: budgets.userMs });
  if (result.ok) return { userId, email: result.value.email };
  const { error } = result;
  if (error.reason === 'user_not_found') throw new Refusal('token_invalid', { cause: error });
  throw dependencyFailure(error);
};
