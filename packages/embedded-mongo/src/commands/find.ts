import { CommandError } from '../errors.ts';
import { encodeDocument } from '../query/bson-document.ts';
import { compileProjection } from '../query/projection.ts';
import { parseSort } from '../query/sort.ts';
import type { CursorState } from '../storage/cursors.ts';
import type { Match, MatchSource } from '../storage/matches.ts';
import { findMatches } from '../storage/store.ts';
import {
  assertHint,
  assertSimpleCollation,
  booleanArgument,
  collectionName,
  documentArgument,
  integerArgument,
  namedCollection,
} from './arguments.ts';
import type { Command } from './command.ts';
import { firstBatchReply, MAX_BATCH_BYTES } from './cursor-reply.ts';

export const find: Command = {
  name: 'find',
  // Not obeyed because they change no result here: allowDiskUse, noCursorTimeout, allowPartialResults, hint.
  fields: [
    'filter',
    'sort',
    'projection',
    'skip',
    'limit',
    'batchSize',
    'singleBatch',
    'hint',
    'collation',
    'allowDiskUse',
    'noCursorTimeout',
    'allowPartialResults',
    'tailable',
    'awaitData',
  ],
  run: (command, context) => {
    if (booleanArgument(command, 'tailable') || booleanArgument(command, 'awaitData')) {
      throw new CommandError('NotImplemented', 'tailable cursors are not supported by the embedded document server');
    }
    assertSimpleCollation(command);
    const collection = namedCollection(command, 'find', context);
    assertHint(command, collection);
    const skip = integerArgument(command, 'skip') ?? 0;
    const limit = integerArgument(command, 'limit') || Number.POSITIVE_INFINITY;
    const source = findMatches(context.store, collection, {
      filter: documentArgument(command, 'filter') ?? {},
      sort: parseSort(documentArgument(command, 'sort') ?? {}),
      keep: skip + limit,
    });
    const projection = compileProjection(documentArgument(command, 'projection') ?? {});
    const encode = (match: Match): Uint8Array =>
      projection === undefined ? match.bytes : encodeDocument(projection(match.document()));
    const namespace = `${context.db}.${collectionName(command, 'find')}`;
    const state = matchCursor(namespace, source, { skip, limit, encode });
    return firstBatchReply(
      context.store,
      state,
      integerArgument(command, 'batchSize'),
      booleanArgument(command, 'singleBatch'),
    );
  },
};

interface MatchCursorOptions {
  readonly skip: number;
  readonly limit: number;
  readonly encode: (match: Match) => Uint8Array;
}

/** A cursor over matches, encoded as they are asked for. */
export function matchCursor(
  namespace: string,
  source: MatchSource,
  { skip, limit, encode }: MatchCursorOptions,
): CursorState {
  let left = limit;
  let toSkip = skip;
  // Read, but too large for what was left of the batch: the next one starts with it.
  let ahead: Match | undefined;
  const take = (): Match | undefined => {
    const match = ahead ?? source.next();
    ahead = undefined;
    return match;
  };
  return {
    namespace,
    nextBatch: (batchSize = Number.POSITIVE_INFINITY) => {
      for (; toSkip > 0 && source.next() !== undefined; toSkip--);
      const documents: Uint8Array[] = [];
      let bytes = 0;
      while (documents.length < batchSize && left > 0) {
        const match = take();
        if (match === undefined) return { documents, done: true };
        const encoded = encode(match);
        if (documents.length > 0 && bytes + encoded.byteLength > MAX_BATCH_BYTES) {
          ahead = match;
          break;
        }
        bytes += encoded.byteLength;
        documents.push(encoded);
        left--;
      }
      source.pause();
      return { documents, done: left <= 0 };
    },
  };
}
