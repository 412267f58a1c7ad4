import { CommandError } from '../errors.ts';
import {
  assertHint,
  assertOnlyFields,
  assertSimpleCollation,
  booleanArgument,
  collectionName,
  documentArgument,
  documentListArgument,
  integerArgument,
} from './arguments.ts';
import type { Command } from './command.ts';
import { findAll, findFirst } from './update-one-document.ts';
import { assertBatchSize, runStatements } from './write-errors.ts';

export const deleteCommand: Command = {
  name: 'delete',
  isWrite: true,
  fields: ['deletes', 'ordered'],
  run: (command, { store, db }) => {
    const statements = documentListArgument(command, 'deletes');
    assertBatchSize(statements.length, store.limits.maxWriteBatchSize);
    const namespace = { db, name: collectionName(command, 'delete') };
    let n = 0;
    const errors = runStatements(statements, booleanArgument(command, 'ordered') ?? true, (statement) => {
      assertOnlyFields(statement, ['q', 'limit', 'hint', 'collation'], 'delete.deletes');
      assertSimpleCollation(statement);
      const filter = documentArgument(statement, 'q') ?? {};
      const limit = integerArgument(statement, 'limit');
      if (limit !== 0 && limit !== 1) {
        throw new CommandError('FailedToParse', `The limit field in delete objects must be 0 or 1. Got ${limit}`);
      }
      const collection = store.catalog.find(db, namespace.name);
      assertHint(statement, collection);
      const first = limit === 1 ? findFirst(store, namespace, filter) : undefined;
      const matches = limit === 0 ? findAll(store, namespace, filter) : first === undefined ? [] : [first];
      if (collection === undefined) return;
      for (const stored of matches) {
        store.documents.remove(collection, stored);
        n++;
      }
    });
    return { n, ...errors };
  },
};
