import { ProtocolError } from '../protocol-error.ts';
import { FLAG, type FrameView } from './frame.ts';
import { type CallHeaders, readHeaders } from './header-block.ts';

export interface CallLimits {
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  readonly maxCmdBytes: number;
  readonly maxBoundCmds: number;
}

/** Commands by the numbers a connection's caller gave them. */
export type BoundCmds = Pick<Map<number, string>, 'get' | 'has' | 'size'> & {
  set(number: number, cmd: string): unknown;
};

/** What stands before the payload of a REQUEST or an EVENT. */
export interface CallHead {
  readonly cmd: string;
  readonly headers: CallHeaders | undefined;
  /** Where the payload begins. */
  readonly payloadStart: number;
}

/**
 * Reads the head of a call and remembers a newly numbered command.
 * @throws {ProtocolError} a part that leaves the frame, a limit of the connection, or a number never bound.
 */
export const readCallHead = (frame: FrameView, bound: BoundCmds, limits: CallLimits): CallHead => {
  const { buffer, end } = frame;
  let at = frame.start;
  let headers: CallHeaders | undefined;
  if ((frame.flags & FLAG.headers) !== 0) {
    const headersEnd = partEnd(buffer, at, end, 'header block');
    if (headersEnd - at - 2 > limits.maxHeaderBytes) {
      throw new ProtocolError(
        `headers of ${headersEnd - at - 2} bytes are over maxHeaderBytes ${limits.maxHeaderBytes}`,
      );
    }
    headers = readHeaders(buffer, at + 2, headersEnd, limits.maxHeaders);
    at = headersEnd;
  }
  if ((frame.flags & FLAG.bind) === 0) {
    const cmd = bound.get(frame.cmd);
    if (cmd === undefined) throw new ProtocolError(`command number ${frame.cmd} was never bound`);
    return { cmd, headers, payloadStart: at };
  }
  const nameEnd = partEnd(buffer, at, end, 'command name');
  if (nameEnd - at - 2 > limits.maxCmdBytes) {
    throw new ProtocolError(`command name of ${nameEnd - at - 2} bytes is over maxCmdBytes ${limits.maxCmdBytes}`);
  }
  const cmd = buffer.toString('utf8', at + 2, nameEnd);
  if (frame.cmd !== 0) {
    if (bound.size >= limits.maxBoundCmds && !bound.has(frame.cmd)) {
      throw new ProtocolError(`connection numbers more commands than maxBoundCmds ${limits.maxBoundCmds}`);
    }
    bound.set(frame.cmd, cmd);
  }
  return { cmd, headers, payloadStart: nameEnd };
};

const partEnd = (buffer: Buffer, at: number, end: number, what: string): number => {
  const partEndAt = at + 2 <= end ? at + 2 + buffer.readUInt16BE(at) : end + 1;
  if (partEndAt > end) throw new ProtocolError(`${what} leaves the frame`);
  return partEndAt;
};
