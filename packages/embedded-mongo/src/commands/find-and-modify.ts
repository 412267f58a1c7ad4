import { CommandError } from '../errors.ts';
import { type BsonDocument, decodeDocument } from '../query/bson-document.ts';
import { compileProjection } from '../query/projection.ts';
import { parseSort } from '../query/sort.ts';
import { parseArrayFilters } from '../query/update/array-filters.ts';
import { compileUpdate } from '../query/update/compile-update.ts';
import {
  assertHint,
  assertSimpleCollation,
  booleanArgument,
  collectionName,
  documentArgument,
  listArgument,
  namedCollection,
} from './arguments.ts';
import type { Command } from './command.ts';
import { findFirst, insertUpserted, updateStored } from './update-one-document.ts';

export const findAndModify: Command = {
  name: 'findAndModify',
  isWrite: true,
  fields: [
    'query',
    'sort',
    'update',
    'remove',
    'new',
    'upsert',
    'fields',
    'arrayFilters',
    'hint',
    'collation',
    'bypassDocumentValidation',
  ],
  run: (command, context) => {
    const { store, db } = context;
    assertSimpleCollation(command);
    const namespace = { db, name: collectionName(command, 'findAndModify') };
    const collection = namedCollection(command, 'findAndModify', context);
    assertHint(command, collection);
    const filter = documentArgument(command, 'query') ?? {};
    const projection =
      compileProjection(documentArgument(command, 'fields') ?? {}) ?? ((document: BsonDocument) => document);
    const stored = findFirst(store, namespace, filter, parseSort(documentArgument(command, 'sort') ?? {}));
    const wantsNew = booleanArgument(command, 'new') ?? false;
    if (booleanArgument(command, 'remove')) {
      if (command.update !== undefined || wantsNew || booleanArgument(command, 'upsert')) {
        throw new CommandError('FailedToParse', "Cannot specify 'update', 'new' or 'upsert' together with 'remove'");
      }
      if (stored === undefined || collection === undefined) return { lastErrorObject: { n: 0 }, value: null };
      store.documents.remove(collection, stored);
      return { lastErrorObject: { n: 1 }, value: projection(decodeDocument(stored.bytes)) };
    }
    if (command.update === undefined)
      throw new CommandError('FailedToParse', "Either an 'update' or 'remove=true' must be specified");
    const change = compileUpdate(
      command.update,
      parseArrayFilters(command.arrayFilters === undefined ? [] : listArgument(command, 'arrayFilters')),
    );
    if (stored !== undefined) {
      const { document } = updateStored(store, namespace, stored, change);
      const value = projection(wantsNew ? document : decodeDocument(stored.bytes));
      return { lastErrorObject: { n: 1, updatedExisting: true }, value };
    }
    if (!booleanArgument(command, 'upsert')) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
    const inserted = insertUpserted(store, namespace, filter, change);
    return {
      lastErrorObject: { n: 1, updatedExisting: false, upserted: inserted._id },
      value: wantsNew ? projection(inserted) : null,
    };
  },
};
