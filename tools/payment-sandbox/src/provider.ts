import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { AnswerBook } from './answer-book.ts';
import type { Faults } from './faults.ts';
import { GroupCommit } from './group-commit.ts';
import { Ledger } from './ledger.ts';
import type { PaymentIdentity } from './new-payment.ts';
import { Pauses } from './pauses.ts';
import type { Webhooks } from './webhooks.ts';

/** Everything that varies about one running provider; `faults` is the only part that is ever replaced. */
export interface Provider {
  readonly secretKey: string;
  readonly database: DatabaseSync;
  /** Makes what was decided durable. */
  readonly commits: GroupCommit;
  readonly ledger: Ledger;
  readonly answers: AnswerBook;
  /** Idempotency scopes whose first request has not been answered yet. In memory: a killed process processes nothing. */
  readonly inProgress: Set<string>;
  readonly pauses: Pauses;
  /** Milliseconds until the slow test card is answered. */
  readonly slowAnswerMs: number;
  readonly now: () => number;
  readonly webhooks: Webhooks;
  faults: Faults;
}

/** What a provider is made of. */
export interface ProviderParts {
  readonly secretKey: string;
  readonly database: DatabaseSync;
  readonly slowAnswerMs: number;
  readonly now: () => number;
  readonly webhooks: Webhooks;
}

/** Assembles a provider over an open database, with all faults off. */
export function createProvider(parts: ProviderParts): Provider {
  return {
    ...parts,
    commits: new GroupCommit(parts.database),
    ledger: new Ledger(parts.database),
    answers: new AnswerBook(parts.database),
    inProgress: new Set(),
    pauses: new Pauses(),
    faults: {},
  };
}

/** Test keys (`test_…`) honour test codes and take card data leniently. */
export function isTestKey(secretKey: string): boolean {
  return secretKey.startsWith('test_');
}

/** Fresh keys for a payment made at `nowMs`. */
export function newIdentity(nowMs: number): PaymentIdentity {
  return {
    paymentKey: `sandbox_${randomBytes(18).toString('base64url')}`,
    transactionKey: newTransactionKey(),
    secret: `ps_${randomBytes(15).toString('base64url')}`,
    nowMs,
  };
}

/** A key for one movement of money. */
export function newTransactionKey(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}
