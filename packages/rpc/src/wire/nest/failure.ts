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
 * `err` of a failed call: the standard reply `{status, code, message, details?}`, whose `code` is our `reason`.
 * With the envelope it also says the code of the table, the error's id and the push-back; without, an unexpected
 * failure reads exactly as Nest's own, so that its clients see no difference.
 */
export const errOf = (error: RpcError, envelope: boolean): Readonly<Record<string, unknown>> => {
  if (!envelope) {
    if (error.code === 'internal' && error.errorId !== undefined) return { status: 'error', message: HIDDEN_MESSAGE };
    return { status: 'error', code: error.reason, message: error.message, details: error.details };
  }
  return {
    status: 'error',
    code: error.reason,
    message: error.message,
    details: error.details,
    kind: error.code,
    errorId: error.errorId,
    retryAfterMs: error.retryAfterMs,
  };
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

/**
 * The `err` that a Nest client would have been given: the peer's own object where it came in one piece, else the
 * standard reply.
 */
export const originalErr = (error: RpcError): unknown => {
  const { details } = error;
  if (typeof details === 'object' && details !== null) {
    const { message, code } = details as Readonly<Record<string, unknown>>;
    if (message === error.message && (code === undefined ? error.reason === 'remote' : String(code) === error.reason)) {
      return details;
    }
  } else if (error.reason === 'remote' && details === error.message) return details;
  return errOf(error, false);
};
