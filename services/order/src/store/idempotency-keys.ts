import { createHash, randomUUID } from 'node:crypto';
import type { Collection, IndexDescription } from 'mongodb';
import type { Answer } from '../domain/answer.ts';
import { type Bounded, isDuplicateKey } from './failures.ts';
import type { Gate } from './gate.ts';

/** Seconds that an answer is kept, and with it the promise not to carry the request out again. */
const RETENTION_S = 24 * 60 * 60;

/** Whose key it is, and for what: the same text elsewhere is another key. */
export interface KeyScope {
  readonly userId: string;
  readonly method: string;
  /** The pattern, not the address. */
  readonly route: string;
  readonly key: string;
}

export interface KeyDocument {
  readonly _id: string;
  readonly fingerprint: string;
  /** Minted before anything is done, so that whoever finds the row knows which order to look for. */
  readonly orderId: string;
  /** Which attempt a payment retry is about to start. */
  readonly attempt?: number;
  /** Who may answer, and until when; an expired one is anybody's. */
  readonly holder: string;
  readonly leaseUntil: Date;
  readonly answer?: Answer;
  readonly createdAt: Date;
}

/** A key that this request has to itself. Every method does nothing once somebody else took it over. */
export interface HeldKey {
  readonly orderId: string;
  readonly attempt: number | undefined;
  /** True when an earlier request held it and never answered. */
  readonly isResumed: boolean;
  note(attempt: number): Promise<void>;
  /** Keeps the answer; from here on it is what everybody gets. */
  keep(answer: Answer): Promise<void>;
  /** Lets the next request go on where this one stopped. */
  yield(now: Date): Promise<void>;
  /** Forgets the key: nothing was done under it. */
  forget(): Promise<void>;
}

export type KeyClaim =
  | { readonly tag: 'held'; readonly held: HeldKey }
  | { readonly tag: 'answered'; readonly answer: Answer }
  | { readonly tag: 'busy' }
  /** It was used for another request. */
  | { readonly tag: 'reused' };

/** Idempotency keys on disk. Every method refuses with `dependency_unavailable` while the database is away. */
export interface IdempotencyKeys {
  claim(
    scope: KeyScope,
    wanted: {
      readonly fingerprint: string;
      readonly orderId: string;
      readonly now: Date;
      readonly leaseUntil: Date;
    },
  ): Promise<KeyClaim>;
}

export const KEY_INDEXES: IndexDescription[] = [
  { name: 'expires_after_a_day', key: { createdAt: 1 }, expireAfterSeconds: RETENTION_S },
];

/** One id for a scope: of bounded length, and no text of the client's own in the database. */
const idOf = ({ userId, method, route, key }: KeyScope): string =>
  createHash('sha256')
    .update(JSON.stringify([userId, method, route, key]))
    .digest('hex');

export const createIdempotencyKeys = (
  collection: Collection<KeyDocument>,
  { reaching }: Pick<Gate, 'reaching'>,
): IdempotencyKeys => {
  const heldKey = (row: KeyDocument, isResumed: boolean): HeldKey => {
    const own = { _id: row._id, holder: row.holder, answer: { $exists: false } };
    const set = (fields: Partial<KeyDocument>): Promise<void> =>
      reaching(async (bounded) => {
        await collection.updateOne(own, { $set: fields }, bounded);
      });
    return {
      orderId: row.orderId,
      attempt: row.attempt,
      isResumed,
      note: (attempt) => set({ attempt }),
      keep: (answer) => set({ answer }),
      yield: (now) => set({ leaseUntil: now }),
      forget: () =>
        reaching(async (bounded) => {
          await collection.deleteOne(own, bounded);
        }),
    };
  };

  const insert = async (row: KeyDocument, bounded: Bounded): Promise<boolean> => {
    try {
      await collection.insertOne(row, bounded);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };

  return {
    claim: (scope, { fingerprint, orderId, now, leaseUntil }) =>
      reaching(async (bounded): Promise<KeyClaim> => {
        const holder = randomUUID();
        const row: KeyDocument = { _id: idOf(scope), fingerprint, orderId, holder, leaseUntil, createdAt: now };
        if (await insert(row, bounded)) return { tag: 'held', held: heldKey(row, false) };
        const found = await collection.findOne({ _id: { $eq: row._id } }, bounded);
        // Forgotten since a moment ago: whoever asks next finds it free.
        if (found === null) return { tag: 'busy' };
        if (found.fingerprint !== fingerprint) return { tag: 'reused' };
        if (found.answer !== undefined) return { tag: 'answered', answer: found.answer };
        if (found.leaseUntil > now) return { tag: 'busy' };
        const taken = await collection.findOneAndUpdate(
          { _id: row._id, holder: found.holder, leaseUntil: found.leaseUntil, answer: { $exists: false } },
          { $set: { holder, leaseUntil } },
          { ...bounded, returnDocument: 'after' },
        );
        return taken === null ? { tag: 'busy' } : { tag: 'held', held: heldKey(taken, true) };
      }),
  };
};
