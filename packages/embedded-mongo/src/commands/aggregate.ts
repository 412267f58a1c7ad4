import { CommandError } from '../errors.ts';
import { type BsonDocument, encodeDocument, isDocument } from '../query/bson-document.ts';
import { parsePipeline, runStages, type Stage } from '../query/pipeline.ts';
import { promote } from '../query/promote.ts';
import { parseSort } from '../query/sort.ts';
import type { CursorState } from '../storage/cursors.ts';
import type { MatchSource } from '../storage/matches.ts';
import { findMatches } from '../storage/store.ts';
import {
  assertHint,
  assertSimpleCollation,
  collectionName,
  documentArgument,
  documentListArgument,
  integerArgument,
  namedCollection,
} from './arguments.ts';
import type { Command } from './command.ts';
import { firstBatchReply } from './cursor-reply.ts';
import { matchCursor } from './find.ts';
import { listCursor } from './list-cursor.ts';

export const aggregate: Command = {
  name: 'aggregate',
  fields: ['pipeline', 'cursor', 'allowDiskUse', 'hint', 'collation', 'bypassDocumentValidation', 'let'],
  run: (command, context) => {
    const { store, db } = context;
    if (typeof command.aggregate !== 'string')
      throw new CommandError(
        'NotImplemented',
        'aggregations on a whole database are not supported by the embedded document server',
      );
    if (Object.keys(documentArgument(command, 'let') ?? {}).length > 0)
      throw new CommandError('NotImplemented', 'let is not supported by the embedded document server');
    const cursor = documentArgument(command, 'cursor');
    if (cursor === undefined)
      throw new CommandError(
        'FailedToParse',
        "The 'cursor' option is required, except for aggregate with the explain argument",
      );
    assertSimpleCollation(command);
    const collection = namedCollection(command, 'aggregate', context);
    assertHint(command, collection);
    const { head, rest } = splitHead(parsePipeline(documentListArgument(command, 'pipeline')));
    const source = findMatches(store, collection, {
      filter: head.filters.length === 0 ? {} : { $and: head.filters },
      sort: parseSort(head.sort),
      keep: head.skip + head.limit,
    });
    const namespace = `${db}.${collectionName(command, 'aggregate')}`;
    const matches = matchCursor(namespace, source, {
      skip: head.skip,
      limit: head.limit,
      encode: (match) => match.bytes,
    });
    const state =
      rest.length === 0 ? matches : computed(namespace, limited(source, head), rest, store.limits.maxWorkingSetBytes);
    return firstBatchReply(store, state, integerArgument(cursor, 'batchSize'));
  },
};

interface Head {
  readonly filters: readonly BsonDocument[];
  readonly sort: BsonDocument;
  readonly skip: number;
  readonly limit: number;
}

/** The leading `$match`, `$sort`, `$skip`, `$limit` in that order: an index can serve them, and every type survives them. */
function splitHead(stages: readonly Stage[]): { head: Head; rest: readonly Stage[] } {
  const rest = [...stages];
  const take = (name: string): unknown => (rest[0]?.name === name ? rest.shift()?.operand : undefined);
  const filters: BsonDocument[] = [];
  for (let filter = take('$match'); isDocument(filter); filter = take('$match')) filters.push(filter);
  const sort = take('$sort');
  const skip = Number(promote(take('$skip') ?? 0));
  const limit = Number(promote(take('$limit') ?? Number.POSITIVE_INFINITY));
  return { head: { filters, sort: isDocument(sort) ? sort : {}, skip, limit }, rest };
}

function limited(source: MatchSource, { skip, limit }: Head): MatchSource {
  let taken = 0;
  return {
    pause: source.pause,
    next: () => {
      for (; taken < skip; taken++) if (source.next() === undefined) return undefined;
      return taken++ < skip + limit ? source.next() : undefined;
    },
  };
}

function computed(namespace: string, source: MatchSource, stages: readonly Stage[], maxBytes: number): CursorState {
  const documents: unknown[] = [];
  let bytes = 0;
  const isCount = stages[0]?.name === '$count';
  for (let match = source.next(); match !== undefined; match = source.next()) {
    bytes += isCount ? 0 : match.bytes.byteLength;
    if (bytes > maxBytes) {
      throw new CommandError(
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `the aggregation exceeded its memory limit of ${maxBytes} bytes`,
      );
    }
    // Counting needs no content.
    documents.push(isCount ? {} : promote(match.document()));
  }
  return listCursor(namespace, runStages(documents, stages).map(encodeDocument));
}
