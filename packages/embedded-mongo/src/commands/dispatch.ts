import { BSONError } from 'bson';
import { CommandError, ERROR_CODES } from '../errors.ts';
import { type BsonDocument, encodeDocument } from '../query/bson-document.ts';
import { promote } from '../query/promote.ts';
import type { WriteIdentity } from '../storage/retryable-writes.ts';
import { documentArgument } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { assertFields, writeConcernError } from './generic-fields.ts';
import { COMMANDS } from './registry.ts';
import { sessionKey } from './sessions.ts';

/**
 * Runs a command and encodes its answer. A numbered write that was done before is answered from the record.
 * @throws {CommandError} for whatever the client is to be told.
 */
export function runCommand(document: BsonDocument, context: CommandContext): Uint8Array {
  const name = Object.keys(document)[0] ?? '';
  const command = COMMANDS.get(name);
  if (command === undefined) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
  assertFields(command, document);
  const write = writeIdentity(command, document);
  const recorded = write === undefined ? undefined : context.store.retryableWrites.find(write);
  if (recorded !== undefined) return recorded;
  const result = command.run(document, context);
  if (result instanceof Uint8Array) return result;
  const concern = command.isWrite === true ? writeConcernError(document) : {};
  const reply = encodeDocument({ ...result, ...concern, ok: 1 });
  // In the transaction of the write itself: either both are on disk or neither is.
  if (write !== undefined) context.store.retryableWrites.record(write, reply, context.store.nowMs());
  return reply;
}

/** What the client is told when a command failed. */
export function encodeFailure(cause: unknown): Uint8Array {
  const error = toCommandError(cause);
  return encodeDocument({ ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName, ...error.fields });
}

/** Whether a failure is the client's to know about only, and not a fault of this server. */
export function isRefusal(cause: unknown): boolean {
  return toCommandError(cause).code !== ERROR_CODES.InternalError;
}

const SQLITE_FULL = 13;

function toCommandError(cause: unknown): CommandError {
  if (cause instanceof CommandError) return cause;
  if (cause instanceof BSONError) return new CommandError('BadValue', cause.message);
  if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_FULL) {
    return new CommandError('OutOfDiskSpace', 'the disk of the embedded document server is full');
  }
  // The detail may quote a document, so it goes to nobody.
  return new CommandError('InternalError', 'internal error of the embedded document server');
}

function writeIdentity(command: Command, document: BsonDocument): WriteIdentity | undefined {
  const txn = promote(document.txnNumber);
  if (txn === undefined) return undefined;
  const session = documentArgument(document, 'lsid');
  if (session === undefined)
    throw new CommandError('InvalidOptions', 'Transaction number requires a session ID to also be specified');
  if (command.isWrite !== true)
    throw new CommandError('IllegalOperation', `txnNumber may not be given to the command ${command.name}`);
  if (!Number.isSafeInteger(txn)) throw new CommandError('BadValue', 'txnNumber must be a long within 2^53');
  const [first] = Array.isArray(document.stmtIds) ? document.stmtIds : [document.stmtId];
  const statement = promote(first ?? 0);
  return {
    session: sessionKey(session),
    txn: Number(txn),
    statement: Number.isInteger(statement) ? Number(statement) : 0,
    command: command.name,
  };
}
