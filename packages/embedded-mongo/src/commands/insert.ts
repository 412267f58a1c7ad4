import { ObjectId } from 'bson';
import { CommandError } from '../errors.ts';
import type { BsonDocument } from '../query/bson-document.ts';
import { booleanArgument, collectionName, documentListArgument } from './arguments.ts';
import type { Command } from './command.ts';
import { assertBatchSize, runStatements } from './write-errors.ts';

export const insert: Command = {
  name: 'insert',
  isWrite: true,
  // Document validation does not exist here, so there is nothing to bypass.
  fields: ['documents', 'ordered', 'bypassDocumentValidation'],
  run: (command, { store, db }) => {
    const documents = documentListArgument(command, 'documents');
    assertBatchSize(documents.length, store.limits.maxWriteBatchSize);
    const name = collectionName(command, 'insert');
    store.catalog.findOrCreate(db, name);
    let n = 0;
    const errors = runStatements(documents, booleanArgument(command, 'ordered') ?? true, (document) => {
      // Looked up each time: an array in an indexed field changes what the catalog says of the index.
      store.documents.insert(store.catalog.findOrCreate(db, name), withIdFirst(document));
      n++;
    });
    return { n, ...errors };
  },
};

/** The document as it is stored: `_id` in front, made here when the client left it out. */
export function withIdFirst(document: BsonDocument): BsonDocument {
  if (Object.keys(document)[0] === '_id') return document;
  const { _id = new ObjectId(), ...fields } = document;
  if (Array.isArray(_id)) throw new CommandError('InvalidIdField', "The '_id' value cannot be of type array");
  return { _id, ...fields };
}
