import { type Code, isCode, type SystemReason } from '../../core/codes.ts';
import { RpcError, systemError } from '../../core/errors.ts';
import { NO_HANDLER } from './packet.ts';

/** What a Nest service says of an exception that was not meant for its caller. */
const HIDDEN_MESSAGE = 'Internal server error';

/** Reasons of ours under which no handler ran; known only from a peer that names the `kind` beside them. */
const UNPROCESSED: ReadonlySet<string> = new Set<SystemReason>([
  'draining',
  'overloaded',
  'dead_on_arrival',
  'decode_failed',
  'feature_missing',
]);

const STANDARD_KEYS: ReadonlySet<string> = new Set([
  'status',
  'code',
  'message',
  'details',
  'kind',
  'errorId',
  'retryAfterMs',
]);

/**
 * `err` of a failed call. With the envelope it is the standard reply `{status, code, message, details?}`, whose `code`
 * is our `reason`, and beside it the code of the table, the error's id and the push-back. Without, it is what a Nest
 * service would have sent.
 */
export const errOf = (error: RpcError, envelope: boolean): unknown =>
  envelope
    ? {
        status: 'error',
        code: error.reason,
        message: error.message,
        details: error.details,
        kind: error.code,
        errorId: error.errorId,
        retryAfterMs: error.retryAfterMs,
      }
    : bareErr(error);

/** An unexpected failure reads as Nest's own; a service's own object or text goes on as it came. */
const bareErr = (error: RpcError): unknown => {
  const { details, reason, message } = error;
  if (error.code === 'internal' && error.errorId !== undefined) return { status: 'error', message: HIDDEN_MESSAGE };
  if (reason === 'remote' && details === message) return message;
  if (typeof details === 'object' && details !== null) {
    const own = details as Readonly<Record<string, unknown>>;
    const sameCode = own.code === undefined ? reason === 'remote' : String(own.code) === reason;
    if (own.message === message && sameCode) return details;
  }
  const head = reason === 'remote' ? { status: 'error', message } : { status: 'error', code: reason, message };
  return details === undefined ? head : { ...head, details };
};

/**
 * What a caller is told of a peer's `err`. Nest services throw text and objects of any shape on purpose, so those are
 * refusals (`failed_precondition`) and speak against nobody's health; only what Nest hides from callers is `internal`.
 */
export const failureOf = (err: unknown, cmd: string): RpcError => {
  if (err === NO_HANDLER) {
    return systemError('cmd_not_found', `no handler for ${cmd}`, { code: 'unimplemented', delivery: 'unsent' });
  }
  if (typeof err !== 'object' || err === null) {
    return systemError('remote', String(err), { code: 'failed_precondition', details: err });
  }
  const fields = err as Readonly<Record<string, unknown>>;
  const { message, code, kind, errorId, retryAfterMs } = fields;
  const reason = typeof code === 'string' || typeof code === 'number' ? String(code) : 'remote';
  return new RpcError(typeof message === 'string' ? message : 'peer answered with an error of no known shape', {
    code: codeOf(fields),
    reason,
    details: isStandard(fields) ? fields.details : err,
    delivery: isCode(kind) && UNPROCESSED.has(reason) ? 'unsent' : 'answered',
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
    errorId: typeof errorId === 'string' ? errorId : undefined,
  });
};

const codeOf = ({ kind, code, message }: Readonly<Record<string, unknown>>): Code => {
  if (isCode(kind)) return kind;
  if (isCode(code)) return code;
  // `{}` is what an Error becomes when nothing in the service caught it.
  return message === undefined || (code === undefined && message === HIDDEN_MESSAGE)
    ? 'internal'
    : 'failed_precondition';
};

const isStandard = (fields: Readonly<Record<string, unknown>>): boolean =>
  fields.status === 'error' && Object.keys(fields).every((key) => STANDARD_KEYS.has(key));
