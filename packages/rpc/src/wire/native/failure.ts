import { isCode } from '../../core/codes.ts';
import { RpcError } from '../../core/errors.ts';
import { FLAG, type FrameView, NEVER_RETRY, NO_PUSHBACK } from './frame.ts';
import { decodeJson, decodePayload, encodePayload } from './payload.ts';

/**
 * The body of an ERROR frame is the standard reply `{status: 'error', code, message, details?}`: `code` there is what
 * a program branches on, our `reason`. `kind` adds the code of the table.
 */
export const encodeFailure = (error: RpcError): Uint8Array =>
  encodePayload({
    status: 'error',
    code: error.reason,
    message: error.message,
    details: error.details,
    kind: error.code,
    errorId: error.errorId,
  });

/** `aux` of the ERROR frame. */
export const pushbackOf = (error: RpcError): number => {
  if (error.retryAfterMs === undefined) return NO_PUSHBACK;
  return error.retryAfterMs < 0 ? NEVER_RETRY : Math.min(Math.ceil(error.retryAfterMs), NEVER_RETRY - 1);
};

export const flagsOf = (error: RpcError): number => (error.delivery === 'unsent' ? FLAG.unprocessed : 0);

/** @throws {ProtocolError} when the body is not a payload at all; a body of another shape becomes code `unknown`. */
export const decodeFailure = (frame: FrameView, maxDepth: number): RpcError => {
  const decode = (frame.flags & FLAG.json) === 0 ? decodePayload : decodeJson;
  const body = decode(frame.buffer, frame.start, frame.end, maxDepth);
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const { code, message, kind, details, errorId } = fields;
  return new RpcError(typeof message === 'string' ? message : 'peer answered with an error of no known shape', {
    code: isCode(kind) ? kind : 'unknown',
    reason: typeof code === 'string' ? code : undefined,
    details,
    delivery: (frame.flags & FLAG.unprocessed) === 0 ? 'answered' : 'unsent',
    retryAfterMs: frame.aux === NO_PUSHBACK ? undefined : frame.aux === NEVER_RETRY ? -1 : frame.aux,
    errorId: typeof errorId === 'string' ? errorId : undefined,
  });
};
