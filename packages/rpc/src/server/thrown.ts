import { randomUUID } from 'node:crypto';
import { type Code, isCode } from '../core/codes.ts';
import { RpcError } from '../core/errors.ts';
import type { Route } from './router.ts';

/** Codes of a nested call that say something true of this call as well. */
const PASSED_ON: ReadonlySet<Code> = new Set<Code>([
  'unavailable',
  'deadline_exceeded',
  'resource_exhausted',
  'cancelled',
]);

/**
 * What a caller is told of whatever a handler threw. A declared refusal and an RpcError the handler made are meant for
 * it. A failure of a nested call keeps its code and loses its story; anything else is `internal`. The cause stays here,
 * under an id that both sides can name.
 */
export const errorFromThrown = (
  thrown: unknown,
  route: Route,
): { readonly error: RpcError; readonly logged: boolean } => {
  if (RpcError.is(thrown)) {
    // The client fills `cmd` in, so an error that has one comes from a nested call and not from this handler.
    if (thrown.cmd === undefined) return { error: answered(thrown), logged: false };
    return {
      error: new RpcError(`${route.cmd} failed on a service it depends on`, {
        code: PASSED_ON.has(thrown.code) ? thrown.code : 'internal',
        reason: 'remote',
        errorId: randomUUID(),
        cause: thrown,
      }),
      logged: true,
    };
  }
  if (!route.typed && isMeant(thrown)) {
    const code = isCode(thrown.code) ? thrown.code : 'failed_precondition';
    const init = { code, reason: thrown.code, details: thrown.details, cause: thrown };
    return { error: new RpcError(thrown.message ?? thrown.code, init), logged: false };
  }
  return {
    error: new RpcError(`${route.cmd} failed`, {
      code: 'internal',
      reason: 'handler_threw',
      errorId: randomUUID(),
      cause: thrown,
    }),
    logged: true,
  };
};

/** However the handler came by it, a handler ran: nobody may take this answer for a request that never did. */
const answered = (error: RpcError): RpcError =>
  error.delivery === 'answered'
    ? error
    : new RpcError(error.message, {
        code: error.code,
        reason: error.reason,
        details: error.details,
        retryAfterMs: error.retryAfterMs,
        errorId: error.errorId,
        cause: error,
      });

/**
 * An error with a string `code` of its own. Not one of the operating system or of Node, whose text names hosts and paths,
 * nor one of a database, whose text names tables and values.
 */
const isMeant = (thrown: unknown): thrown is { code: string; message?: string; details?: unknown } =>
  typeof thrown === 'object' &&
  thrown !== null &&
  typeof (thrown as { code?: unknown }).code === 'string' &&
  !('errno' in thrown) &&
  !('syscall' in thrown) &&
  !(thrown as { code: string }).code.startsWith('ERR_') &&
  !isSqlError(thrown as { code: string });

/**
 * What PostgreSQL's drivers throw: an SQLSTATE beside fields of the server's error message.
 * @see https://www.postgresql.org/docs/current/protocol-error-fields.html
 */
const isSqlError = (thrown: { readonly code: string }): boolean =>
  /^[0-9A-Z]{5}$/.test(thrown.code) && ('severity' in thrown || 'routine' in thrown);
