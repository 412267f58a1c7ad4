import { RpcError } from '../../core/errors.ts';
import { failureOf } from './failure.ts';

/** The standard reply around a value. */
export const enveloped = (value: unknown): { readonly status: 'ok'; readonly data: unknown } => ({
  status: 'ok',
  data: value,
});

/** The value inside a standard reply. @throws {RpcError} the reply is an error, or no standard reply. */
export const opened = (reply: unknown, cmd: string): unknown => {
  const { status, data } = (typeof reply === 'object' && reply !== null ? reply : {}) as Record<string, unknown>;
  if (status === 'ok') return data;
  if (status === 'error') throw failureOf(reply, cmd);
  throw new RpcError(`answer to ${cmd} is no standard reply; the peer does not use nest.envelope`, {
    code: 'data_loss',
    reason: 'decode_failed',
  });
};
