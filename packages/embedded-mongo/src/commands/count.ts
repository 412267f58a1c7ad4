import { CommandError } from '../errors.ts';
import { type BsonDocument, decodeDocument, encodeDocument } from '../query/bson-document.ts';
import { compareBson } from '../query/compare.ts';
import { valuesAt } from '../query/path.ts';
import { encodeValue } from '../storage/key-encoding.ts';
import { findMatches } from '../storage/store.ts';
import { assertHint, assertSimpleCollation, documentArgument, integerArgument, namedCollection } from './arguments.ts';
import type { Command } from './command.ts';

export const count: Command = {
  name: 'count',
  fields: ['query', 'limit', 'skip', 'hint', 'collation'],
  run: (command, context) => {
    assertSimpleCollation(command);
    const collection = namedCollection(command, 'count', context);
    assertHint(command, collection);
    const filter: BsonDocument = documentArgument(command, 'query') ?? {};
    const skip = integerArgument(command, 'skip') ?? 0;
    // A negative limit means the same as its size.
    const limit = Math.abs(integerArgument(command, 'limit', Number.MIN_SAFE_INTEGER) ?? 0) || Number.POSITIVE_INFINITY;
    let total = 0;
    if (collection !== undefined && Object.keys(filter).length === 0) {
      total = context.store.documents.count(collection);
    } else {
      const source = findMatches(context.store, collection, { filter });
      while (total < skip + limit && source.next() !== undefined) total++;
    }
    return { n: Math.min(Math.max(0, total - skip), limit) };
  },
};

export const distinct: Command = {
  name: 'distinct',
  fields: ['key', 'query', 'hint', 'collation'],
  run: (command, context) => {
    assertSimpleCollation(command);
    const path = command.key;
    if (typeof path !== 'string' || path === '')
      throw new CommandError('TypeMismatch', "BSON field 'distinct.key' must be a non-empty string");
    const collection = namedCollection(command, 'distinct', context);
    assertHint(command, collection);
    const source = findMatches(context.store, collection, { filter: documentArgument(command, 'query') ?? {} });
    const values = new Map<string, unknown>();
    let bytes = 0;
    for (let match = source.next(); match !== undefined; match = source.next()) {
      for (const value of valuesAt(match.document(), path).ends.flat()) {
        const key = Buffer.from(encodeValue(value)).toString('latin1');
        if (values.has(key)) continue;
        values.set(key, value);
        bytes += key.length;
        if (bytes > context.store.limits.maxDocumentBytes)
          throw new CommandError('BSONObjectTooLarge', 'distinct too big, 16mb cap');
      }
    }
    const sorted = [...values.values()].sort(compareBson);
    // A round trip gives the values containers of their own.
    return decodeDocument(encodeDocument({ values: sorted }));
  },
};
