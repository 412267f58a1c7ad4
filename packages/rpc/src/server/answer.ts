import type { AnySchema } from '../contract/schema.ts';
import { systemError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { Route } from './router.ts';
import type { ServerCall } from './server-call.ts';
import { type IssueDetails, parsed } from './validate.ts';

/** Runs a call's handler and, for a stream, everything the handler yields. Runs in the call's context. */
export const answer = (call: ServerCall, logger: Logger): unknown => {
  const { route, stream } = call;
  if (route === undefined) throw new TypeError('call was handled before it was routed');
  const result = route.handle(call.input, call.changed ?? call);
  if (stream === undefined) {
    const settled = (value: unknown): unknown => (isAsyncIterable(value) ? several(call, route, value, logger) : value);
    // Resolved anew, because a thenable of another library may settle twice; a promise comes back as it is.
    return isPromise(result) ? Promise.resolve(result).then(settled) : settled(result);
  }
  const send = (value: unknown): unknown =>
    stream.pump(isAsyncIterable(value) ? checkedOutput(call, value, route.output, logger) : once(value));
  return isPromise(result) ? Promise.resolve(result).then(send) : send(result);
};

/** A caller who waits for one answer to a handler that gives several gets the last, unless its wire takes them all. */
const several = (call: ServerCall, route: Route, values: AsyncIterable<unknown>, logger: Logger): unknown => {
  call.replies = route.kind === 'unary' ? undefined : call.session.openReplies?.(call);
  return call.replies === undefined
    ? lastOf(values)
    : call.replies.pump(checkedOutput(call, values, route.output, logger));
};

/** What a bidi handler reads: each message by the contract. A wrong one ends the call. */
export async function* checkedInput(call: ServerCall, messages: AsyncIterable<unknown>, schema: AnySchema) {
  for await (const message of messages) {
    const result = await parsed(schema, message);
    if (!result.ok) {
      throw systemError('input_schema', `message of ${call.cmd} does not fit its contract`, {
        code: 'invalid_argument',
        details: result.details,
      });
    }
    yield result.value;
  }
}

async function* checkedOutput(
  call: ServerCall,
  values: AsyncIterable<unknown>,
  schema: AnySchema | undefined,
  logger: Logger,
) {
  for await (const value of values) {
    if (schema === undefined) {
      yield value;
      continue;
    }
    const result = await parsed(schema, value);
    if (!result.ok) throw brokenOutput(call, result.details, logger);
    yield result.value;
  }
}

/** An answer that breaks the contract. The issues name this side's fields and mistakes, so they stay in this log. */
export const brokenOutput = (call: ServerCall, details: IssueDetails | unknown, logger: Logger) => {
  logger.error({ cmd: call.cmd, correlationId: call.correlationId, details }, 'rpc output does not fit its contract');
  return systemError('output_schema', `output of ${call.cmd} does not fit its contract`, { code: 'internal' });
};

async function* once(value: unknown) {
  yield value;
}

const lastOf = async (values: AsyncIterable<unknown>): Promise<unknown> => {
  let last: unknown;
  for await (const value of values) last = value;
  return last;
};

export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function';
