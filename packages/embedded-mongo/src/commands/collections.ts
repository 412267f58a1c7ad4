import { Binary } from 'bson';
import { CommandError } from '../errors.ts';
import { encodeDocument } from '../query/bson-document.ts';
import { compileFilter } from '../query/filter.ts';
import { booleanArgument, collectionName, documentArgument, integerArgument, namedCollection } from './arguments.ts';
import type { Command } from './command.ts';
import { firstBatchReply } from './cursor-reply.ts';
import { listCursor } from './list-cursor.ts';

export const create: Command = {
  name: 'create',
  fields: [],
  run: (command, { store, db }) => {
    const name = collectionName(command, 'create');
    if (store.catalog.find(db, name) !== undefined) {
      throw new CommandError('NamespaceExists', `Collection ${db}.${name} already exists.`);
    }
    store.catalog.create(db, name);
    return {};
  },
};

export const drop: Command = {
  name: 'drop',
  fields: [],
  run: (command, context) => {
    const { store, db } = context;
    const collection = namedCollection(command, 'drop', context);
    // Since MongoDB 7.0 dropping what is not there is a success.
    if (collection === undefined) return {};
    store.catalog.drop(collection);
    store.cursors.closeNamespace(`${db}.${collection.name}`);
    return { nIndexesWas: collection.indexes.length, ns: `${db}.${collection.name}` };
  },
};

export const dropDatabase: Command = {
  name: 'dropDatabase',
  fields: [],
  run: (_command, { store, db }) => {
    const collections = store.catalog.list(db);
    for (const collection of collections) {
      store.catalog.drop(collection);
      store.cursors.closeNamespace(`${db}.${collection.name}`);
    }
    return collections.length === 0 ? {} : { dropped: db };
  },
};

export const listCollections: Command = {
  name: 'listCollections',
  fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
  run: (command, { store, db }) => {
    const filter = compileFilter(documentArgument(command, 'filter') ?? {});
    const nameOnly = booleanArgument(command, 'nameOnly') ?? false;
    const documents = store.catalog
      .list(db)
      .map(({ name, uuid, indexes }) => ({
        name,
        type: 'collection',
        ...(nameOnly
          ? {}
          : {
              options: {},
              info: { readOnly: false, uuid: new Binary(uuid, Binary.SUBTYPE_UUID) },
              idIndex: indexes[0]?.spec.document,
            }),
      }))
      .filter((document) => filter.matches(document))
      .map(encodeDocument);
    const batchSize = integerArgument(documentArgument(command, 'cursor') ?? {}, 'batchSize');
    return firstBatchReply(store, listCursor(`${db}.$cmd.listCollections`, documents), batchSize);
  },
};

export const listDatabases: Command = {
  name: 'listDatabases',
  fields: ['filter', 'nameOnly', 'authorizedDatabases'],
  run: (command, { store }) => {
    const filter = compileFilter(documentArgument(command, 'filter') ?? {});
    const nameOnly = booleanArgument(command, 'nameOnly') ?? false;
    const names = [...new Set(store.catalog.list().map(({ db }) => db))].sort();
    const databases = names
      .map((name) => (nameOnly ? { name } : { name, sizeOnDisk: sizeOf(name), empty: false }))
      .filter((document) => filter.matches(document));
    return nameOnly ? { databases } : { databases, totalSize: names.reduce((sum, name) => sum + sizeOf(name), 0) };

    function sizeOf(name: string): number {
      const sizes = store.catalog
        .list(name)
        .map(({ id }) => store.database.prepare(`SELECT coalesce(sum(length(doc)), 0) AS n FROM c${id}`).get()?.n);
      return sizes.reduce((sum: number, size) => sum + Number(size), 0);
    }
  },
};
