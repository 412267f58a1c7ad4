import type { Logger } from 'cmdrpc';
import type { Answer } from '../domain/answer.ts';
import { Refusal } from '../domain/refusal.ts';
import type { HeldKey, IdempotencyKeys, KeyScope } from '../store/idempotency-keys.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What keys need to work. */
export interface OnceDeps {
  readonly keys: IdempotencyKeys;
  readonly fingerprintKey: () => Promise<Buffer>;
  /** How long a request has its key to itself; longer than any request takes. */
  readonly keyLeaseMs: number;
  readonly now: () => Date;
}

/** A request that is to be carried out once, however often it is sent. */
export interface KeyedRequest extends Omit<KeyScope, 'userId'> {
  /** What makes it this request and no other. Card data in it is left out of account. */
  readonly request: unknown;
}

/** Where a request begins that may change something. */
export interface Begun {
  /** The order to work under; an earlier one when this request goes on where another died. */
  readonly orderId: string;
  readonly isResumed: boolean;
  /** The attempt that the earlier request was about to start. */
  readonly attempt: number | undefined;
  /** Keeps which attempt is about to start. */
  note(attempt: number): Promise<void>;
}

/** Called once the caller is known and before anything is written. */
export type Begin = (userId: string, orderId: string) => Promise<Begun>;

export interface Once {
  readonly keyed: KeyedRequest | undefined;
  /** The limits of a user; refuses what is too much. Not asked about a request that was answered before. */
  readonly admit: (userId: string) => Promise<void>;
  readonly logger: Logger;
}

/** Ends a request whose answer is there already. */
class Answered extends Error {
  override readonly name = 'Answered';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super('request was answered before');
    this.answer = answer;
  }
}

/**
 * Carries a request out at most once for its key and gives the first answer to all who send it again. What is refused
 * before anything is written leaves the key free.
 * @throws {Refusal} `idempotency_in_progress`, `idempotency_key_reused`, and whatever `work` and `admit` refuse with.
 */
export const answerOnce = async (
  deps: OnceDeps,
  { keyed, admit, logger }: Once,
  work: (begin: Begin) => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly isReplayed: boolean }> => {
  let held: HeldKey | undefined;
  const begin: Begin = async (userId, orderId) => {
    if (keyed === undefined) {
      await admit(userId);
      return { orderId, isResumed: false, attempt: undefined, note: async () => undefined };
    }
    const key = await claim(deps, keyed, userId, orderId);
    held = key;
    if (!key.isResumed) await admit(userId);
    return key;
  };
  try {
    const answer = await work(begin);
    await settle(logger, () => held?.keep(answer));
    return { answer, isReplayed: false };
  } catch (error) {
    if (error instanceof Answered) return { answer: error.answer, isReplayed: true };
    // Only a refusal by our own rules proves that nothing was written; after anything else the order may be there.
    const isClean = error instanceof Refusal && !error.code.startsWith('dependency_');
    await settle(logger, () => (isClean ? held?.forget() : held?.yield(deps.now())));
    throw error;
  }
};

const claim = async (deps: OnceDeps, keyed: KeyedRequest, userId: string, orderId: string): Promise<HeldKey> => {
  const { request, ...scope } = keyed;
  const fingerprint = fingerprintOf(await deps.fingerprintKey(), request);
  const now = deps.now();
  const leaseUntil = new Date(now.getTime() + deps.keyLeaseMs);
  const found = await deps.keys.claim({ ...scope, userId }, { fingerprint, orderId, now, leaseUntil });
  switch (found.tag) {
    case 'held':
      return found.held;
    case 'answered':
      throw new Answered(found.answer);
    case 'busy':
      throw new Refusal('idempotency_in_progress', { retryAfterMs: 1_000 });
    case 'reused':
      throw new Refusal('idempotency_key_reused');
  }
};

/** A key that cannot be written now becomes free when its lease ends; the answer is right without it. */
const settle = async (logger: Logger, write: () => Promise<void> | undefined): Promise<void> => {
  try {
    await write();
  } catch (err) {
    logger.warn({ err }, 'idempotency key is left to its lease');
  }
};
