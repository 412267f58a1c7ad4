import { Long } from 'bson';
import { encodeDocument } from '../query/bson-document.ts';
import type { CursorState } from '../storage/cursors.ts';
import type { Store } from '../storage/store.ts';

/** MongoDB's default size of a first batch. */
const FIRST_BATCH = 101;
/** Documents of one reply stop here, so that it stays well under the message limit. */
export const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/** The answer of find and aggregate: a first batch, and an open cursor when there is more and the client wants it. */
export function firstBatchReply(
  store: Store,
  state: CursorState,
  batchSize: number | undefined,
  singleBatch = false,
): Uint8Array {
  const { documents, done } = state.nextBatch(batchSize ?? FIRST_BATCH);
  const id = done || singleBatch ? 0n : store.cursors.open(state);
  return encodeCursorReply('firstBatch', state.namespace, id, documents);
}

/**
 * Encodes `{cursor: {<batch>: [...], id, ns}, ok: 1}` around documents that are BSON already, which spares taking every
 * one apart and putting it together again.
 */
export function encodeCursorReply(
  batch: 'firstBatch' | 'nextBatch',
  namespace: string,
  id: bigint,
  documents: readonly Uint8Array[],
): Uint8Array {
  const items = documents.flatMap((document, i) => [element(0x03, String(i)), document]);
  const array = wrap(items);
  const rest = encodeDocument({ id: Long.fromBigInt(id), ns: namespace });
  const cursor = wrap([element(0x04, batch), array, rest.subarray(4, rest.length - 1)]);
  const ok = encodeDocument({ ok: 1 });
  return wrap([element(0x03, 'cursor'), cursor, ok.subarray(4, ok.length - 1)]);
}

function element(type: number, name: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(type), Buffer.from(name), Uint8Array.of(0)]);
}

function wrap(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 5);
  const head = Buffer.alloc(4);
  head.writeInt32LE(length);
  return Buffer.concat([head, ...parts, Uint8Array.of(0)], length);
}
