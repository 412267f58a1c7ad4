import { CommandError } from '../errors.ts';
import type { BsonDocument } from '../query/bson-document.ts';
import { parseSort } from '../query/sort.ts';
import { parseArrayFilters } from '../query/update/array-filters.ts';
import { compileUpdate } from '../query/update/compile-update.ts';
import type { Store } from '../storage/store.ts';
import {
  assertHint,
  assertOnlyFields,
  assertSimpleCollation,
  booleanArgument,
  collectionName,
  documentArgument,
  documentListArgument,
  listArgument,
} from './arguments.ts';
import type { Command } from './command.ts';
import { findAll, findFirst, insertUpserted, type Namespace, updateStored } from './update-one-document.ts';
import { assertBatchSize, runStatements } from './write-errors.ts';

const STATEMENT_FIELDS = ['q', 'u', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation', 'sort'];

export const update: Command = {
  name: 'update',
  isWrite: true,
  fields: ['updates', 'ordered', 'bypassDocumentValidation'],
  run: (command, { store, db }) => {
    const statements = documentListArgument(command, 'updates');
    assertBatchSize(statements.length, store.limits.maxWriteBatchSize);
    const namespace = { db, name: collectionName(command, 'update') };
    const upserted: BsonDocument[] = [];
    let n = 0;
    let nModified = 0;
    const errors = runStatements(statements, booleanArgument(command, 'ordered') ?? true, (statement, index) => {
      runUpdate(store, namespace, statement, {
        onMatch: (isModified) => {
          n++;
          nModified += isModified ? 1 : 0;
        },
        onUpsert: (id) => {
          n++;
          upserted.push({ index, _id: id });
        },
      });
    });
    return { n, nModified, ...(upserted.length === 0 ? {} : { upserted }), ...errors };
  },
};

interface Effects {
  readonly onMatch: (isModified: boolean) => void;
  readonly onUpsert: (id: unknown) => void;
}

function runUpdate(store: Store, namespace: Namespace, statement: BsonDocument, { onMatch, onUpsert }: Effects): void {
  assertOnlyFields(statement, STATEMENT_FIELDS, 'update.updates');
  assertSimpleCollation(statement);
  assertHint(statement, store.catalog.find(namespace.db, namespace.name));
  const filter = documentArgument(statement, 'q') ?? {};
  const isMulti = booleanArgument(statement, 'multi') ?? false;
  const sort = parseSort(documentArgument(statement, 'sort') ?? {});
  if (isMulti && sort.length > 0) throw new CommandError('FailedToParse', 'Cannot specify sort with multi=true');
  const arrayFilters = parseArrayFilters(
    statement.arrayFilters === undefined ? [] : listArgument(statement, 'arrayFilters'),
  );
  const change = compileUpdate(statement.u, arrayFilters);
  if (isMulti && change.isReplacement)
    throw new CommandError('FailedToParse', 'multi update is not supported for replacement-style update');
  const first = isMulti ? undefined : findFirst(store, namespace, filter, sort);
  const matches = isMulti ? findAll(store, namespace, filter) : first === undefined ? [] : [first];
  for (const stored of matches) onMatch(updateStored(store, namespace, stored, change).isModified);
  if (matches.length === 0 && booleanArgument(statement, 'upsert')) {
    onUpsert(insertUpserted(store, namespace, filter, change)._id);
  }
}
