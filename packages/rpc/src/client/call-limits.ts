import { type RpcError, systemError } from '../core/errors.ts';
import { type CallHeaders, headersProblem } from '../wire/native/header-block.ts';
import type { Hello } from '../wire/native/hello.ts';
import type { CallLimits } from '../wire/native/read-call.ts';
import type { ClientRoute } from './outgoing-call.ts';

/** The most known headers that a call can have; below, only headers of the caller's own can be too many. */
const KNOWN_HEADERS = 5;

const LIMITS = ['maxHeaderBytes', 'maxHeaders', 'maxCmdBytes', 'maxBoundCmds'] as const;

/**
 * What both sides take: of each limit the smaller. A peer that tells none is taken to have ours. Where it takes no less
 * than we do these are our own limits, one object for all connections.
 */
export const commonLimits = (own: CallLimits, peer: Hello): CallLimits => {
  const smaller = LIMITS.filter((limit) => (peer[limit] ?? own[limit]) < own[limit]);
  if (smaller.length === 0) return own;
  return { ...own, ...Object.fromEntries(smaller.map((limit) => [limit, peer[limit]])) };
};

/** Why the head of a call cannot be written: the peer would end the connection, and the calls of others with it. */
export const headRefusal = (
  { cmd, cmdBytes }: ClientRoute,
  headers: CallHeaders | undefined,
  headerBytes: number,
  limits: CallLimits,
): RpcError | undefined => {
  const countable = headers !== undefined && (headers.custom !== undefined || limits.maxHeaders < KNOWN_HEADERS);
  const problem = countable ? headersProblem(headers, limits.maxHeaders) : undefined;
  if (problem !== undefined) return refusal('encode_failed', `${cmd} was not sent: ${problem}`);
  if (headerBytes > limits.maxHeaderBytes) {
    const text = `headers of ${cmd} have ${headerBytes} bytes, over maxHeaderBytes ${limits.maxHeaderBytes}`;
    return refusal('frame_too_large', text);
  }
  if (cmdBytes.length <= limits.maxCmdBytes) return undefined;
  const text = `command name of ${cmdBytes.length} bytes is over maxCmdBytes ${limits.maxCmdBytes}`;
  return refusal('frame_too_large', text);
};

const refusal = (reason: 'encode_failed' | 'frame_too_large', text: string): RpcError =>
  systemError(reason, text, { code: 'invalid_argument', delivery: 'unsent' });
