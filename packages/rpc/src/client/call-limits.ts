import { type RpcError, systemError } from '../core/errors.ts';
import { type CallHeaders, headersProblem } from '../wire/native/header-block.ts';
import type { Hello } from '../wire/native/hello.ts';
import type { CallLimits } from '../wire/native/read-call.ts';
import type { ClientRoute } from './outgoing-call.ts';

/** The most known headers that a call can have; below, only headers of the caller's own can be too many. */
const KNOWN_HEADERS = 5;

/** What both sides take: of each limit the smaller. A peer that tells none is taken to have ours. */
export const commonLimits = (own: CallLimits, peer: Hello): CallLimits => ({
  maxHeaderBytes: Math.min(own.maxHeaderBytes, peer.maxHeaderBytes ?? Number.POSITIVE_INFINITY),
  maxHeaders: Math.min(own.maxHeaders, peer.maxHeaders ?? Number.POSITIVE_INFINITY),
  maxCmdBytes: Math.min(own.maxCmdBytes, peer.maxCmdBytes ?? Number.POSITIVE_INFINITY),
  maxBoundCmds: Math.min(own.maxBoundCmds, peer.maxBoundCmds ?? Number.POSITIVE_INFINITY),
});

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
