import { CommandError } from '../errors.ts';
import { type BsonDocument, isDocument } from '../query/bson-document.ts';
import { promote } from '../query/promote.ts';
import { documentArgument } from './arguments.ts';
import type { Command } from './command.ts';

/**
 * Fields any command may carry and that change nothing here: every read is of the one copy there is, every write is
 * synced before its answer, commands run one at a time and are short.
 */
const IGNORED = [
  '$db',
  'lsid',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'comment',
  'maxTimeMS',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
];
/** Fields of retryable writes and of transactions, looked at before a command runs. */
const WRITE_IDENTITY = ['txnNumber', 'stmtId', 'stmtIds'];
const TRANSACTION = ['startTransaction', 'autocommit'];

/** @throws {CommandError} for a transaction, a snapshot read, or a field nobody would look at. */
export function assertFields(command: Command, document: BsonDocument): void {
  if (TRANSACTION.some((field) => field in document)) {
    throw new CommandError(
      'OperationNotSupportedInTransaction',
      'transactions are not supported by the embedded document server',
    );
  }
  const level = documentArgument(document, 'readConcern')?.level;
  if (level === 'snapshot')
    throw new CommandError(
      'NotImplemented',
      "readConcern level 'snapshot' is not supported by the embedded document server",
    );
  if (command.anyField === true) return;
  const unknown = Object.keys(document).find(
    (field) =>
      field !== command.name &&
      !command.fields.includes(field) &&
      !IGNORED.includes(field) &&
      !WRITE_IDENTITY.includes(field),
  );
  if (unknown !== undefined)
    throw new CommandError('Location40415', `BSON field '${command.name}.${unknown}' is an unknown field.`);
}

/** The error beside an answer whose write concern asks for more members than this one. */
export function writeConcernError(document: BsonDocument): BsonDocument {
  const concern = document.writeConcern;
  const w = isDocument(concern) ? promote(concern.w) : undefined;
  if (w === undefined || w === 'majority' || (typeof w === 'number' && w <= 1)) return {};
  const error =
    typeof w === 'number'
      ? { code: 100, codeName: 'UnsatisfiableWriteConcern', errmsg: 'Not enough data-bearing nodes' }
      : {
          code: 79,
          codeName: 'UnknownReplWriteConcern',
          errmsg: `No write concern mode named '${String(w)}' found in replica set configuration`,
        };
  return { writeConcernError: error };
}
