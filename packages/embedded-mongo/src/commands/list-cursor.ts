import type { CursorState } from '../storage/cursors.ts';
import { MAX_BATCH_BYTES } from './cursor-reply.ts';

/** A cursor over documents that are all there already. */
export function listCursor(namespace: string, documents: readonly Uint8Array[]): CursorState {
  let next = 0;
  return {
    namespace,
    nextBatch: (batchSize = Number.POSITIVE_INFINITY) => {
      const batch: Uint8Array[] = [];
      let bytes = 0;
      for (
        let document = documents[next];
        document !== undefined && batch.length < batchSize;
        document = documents[next]
      ) {
        bytes += document.byteLength;
        if (batch.length > 0 && bytes > MAX_BATCH_BYTES) break;
        batch.push(document);
        next++;
      }
      return { documents: batch, done: next >= documents.length };
    },
  };
}
