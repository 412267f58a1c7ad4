import { randomBytes } from 'node:crypto';
import { Binary, type Collection } from 'mongodb';
import { type Bounded, isDuplicateKey } from './failures.ts';
import type { Gate } from './gate.ts';

export interface KeptSecret {
  readonly _id: string;
  readonly value: Binary;
}

const ID = 'idempotency_fingerprint';
const KEY_BYTES = 32;

/**
 * The key that fingerprints are made with where the environment names none: made once, kept in the database, the same
 * for every process that shares it.
 */
export const keptFingerprintKey = (
  collection: Collection<KeptSecret>,
  { reaching }: Pick<Gate, 'reaching'>,
): (() => Promise<Buffer>) => {
  let known: Buffer | undefined;
  return async () => {
    known ??= await reaching((bounded) => readOrMake(collection, bounded));
    return known;
  };
};

const readOrMake = async (collection: Collection<KeptSecret>, bounded: Bounded): Promise<Buffer> => {
  const found = await collection.findOne({ _id: ID }, bounded);
  if (found !== null) return Buffer.from(found.value.buffer);
  const made = randomBytes(KEY_BYTES);
  try {
    await collection.insertOne({ _id: ID, value: new Binary(made) }, bounded);
    return made;
  } catch (error) {
    // Another process was a moment faster, and its key is everybody's.
    if (!isDuplicateKey(error)) throw error;
    const theirs = await collection.findOne({ _id: ID }, bounded);
    if (theirs === null) throw error;
    return Buffer.from(theirs.value.buffer);
  }
};
