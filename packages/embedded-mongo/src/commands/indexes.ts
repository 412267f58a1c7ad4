import { CommandError } from '../errors.ts';
import { type BsonDocument, encodeDocument, isDocument } from '../query/bson-document.ts';
import { promote } from '../query/promote.ts';
import { type Collection, findSameIndex, type Index } from '../storage/catalog.ts';
import { parseIndexSpec } from '../storage/index-spec.ts';
import {
  collectionName,
  documentArgument,
  documentListArgument,
  integerArgument,
  namedCollection,
} from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { firstBatchReply } from './cursor-reply.ts';
import { listCursor } from './list-cursor.ts';

export const createIndexes: Command = {
  name: 'createIndexes',
  // commitQuorum is about other members of a replica set; there are none.
  fields: ['indexes', 'commitQuorum'],
  run: (command, context) => {
    const { store, db } = context;
    const name = collectionName(command, 'createIndexes');
    const specs = documentListArgument(command, 'indexes').map(parseIndexSpec);
    if (specs.length === 0) throw new CommandError('BadValue', 'Must specify at least one index to create');
    const createdCollectionAutomatically = store.catalog.find(db, name) === undefined;
    let collection = store.catalog.findOrCreate(db, name);
    const numIndexesBefore = collection.indexes.length;
    for (const spec of specs) {
      if (findSameIndex(collection, spec) === undefined) collection = store.documents.createIndex(collection, spec);
    }
    const numIndexesAfter = collection.indexes.length;
    return {
      numIndexesBefore,
      numIndexesAfter,
      createdCollectionAutomatically,
      ...(numIndexesBefore === numIndexesAfter ? { note: 'all indexes already exist' } : {}),
    };
  },
};

export const listIndexes: Command = {
  name: 'listIndexes',
  fields: ['cursor'],
  run: (command, context) => {
    const collection = existing(command, 'listIndexes', context);
    const documents = collection.indexes.map(({ spec }) => encodeDocument(spec.document));
    const state = listCursor(`${context.db}.${collection.name}`, documents);
    return firstBatchReply(
      context.store,
      state,
      integerArgument(documentArgument(command, 'cursor') ?? {}, 'batchSize'),
    );
  },
};

export const dropIndexes: Command = {
  name: 'dropIndexes',
  fields: ['index'],
  run: (command, context) => {
    let collection = existing(command, 'dropIndexes', context);
    const nIndexesWas = collection.indexes.length;
    for (const index of indexesMeant(collection, command.index))
      collection = context.store.catalog.dropIndex(collection, index);
    // A resting cursor may be in the middle of a dropped index.
    context.store.cursors.closeNamespace(`${collection.db}.${collection.name}`);
    return { nIndexesWas };
  },
};

function existing(command: BsonDocument, field: string, context: CommandContext): Collection {
  const collection = namedCollection(command, field, context);
  if (collection !== undefined) return collection;
  throw new CommandError('NamespaceNotFound', `ns does not exist: ${context.db}.${collectionName(command, field)}`);
}

function indexesMeant(collection: Collection, meant: unknown): Index[] {
  if (meant === '*') return collection.indexes.filter(({ spec }) => spec.name !== '_id_');
  const wanted = Array.isArray(meant) ? meant : [meant];
  return wanted.map((one: unknown) => {
    const index = collection.indexes.find(
      ({ spec }) => spec.name === one || (isDocument(one) && sameKey(spec.document.key, one)),
    );
    if (index === undefined) {
      throw new CommandError(
        'IndexNotFound',
        typeof one === 'string' ? `index not found with name [${one}]` : "can't find index with the given key",
      );
    }
    if (index.spec.name === '_id_') throw new CommandError('InvalidOptions', 'cannot drop _id index');
    return index;
  });
}

function sameKey(a: unknown, b: BsonDocument): boolean {
  const text = (key: unknown): string =>
    JSON.stringify(Object.entries(isDocument(key) ? key : {}).map(([path, turn]) => [path, promote(turn)]));
  return text(a) === text(b);
}
