import { remainingForWire } from '../core/deadline.ts';
import { messageOf, type RpcError, systemError } from '../core/errors.ts';
import { SmallMap } from '../core/small-map.ts';
import type { Connection, ConnectionLimits } from '../net/connection.ts';
import type { WireLimits } from '../wire/limits.ts';
import { FLAG, FRAME } from '../wire/native/frame.ts';
import { type CallHeaders, headerBlockBytes } from '../wire/native/header-block.ts';
import { type Hello, POSITIONAL } from '../wire/native/hello.ts';
import { encodePayload } from '../wire/native/payload.ts';
import type { CallLimits } from '../wire/native/read-call.ts';
import { type CallFrame, type CmdRef, writeCall, writePositionalCall } from '../wire/native/write.ts';
import { commonLimits, headRefusal } from './call-limits.ts';
import type { ClientRoute, OutgoingCall } from './outgoing-call.ts';

export interface CallWriterOptions {
  readonly wireLimits: WireLimits;
  readonly connectionLimits: ConnectionLimits;
}

/** Writes the calls of one connection, within what its peer takes and by the numbers that its commands have there. */
export class CallWriter {
  readonly #connection: Connection;
  /** For messages. */
  readonly #endpoint: string;
  readonly #options: CallWriterOptions;
  /** Commands that the peer was told a number of, from 1 on in the order in which it was. */
  readonly #cmds = new SmallMap<ClientRoute, CmdRef>();
  /** What the peer reads; undefined until it has greeted, and then nobody knows how many numbers it allows. */
  #limits: CallLimits | undefined;
  #peerMaxFrameBytes: number;
  /** The peer has the same contract and reads payloads laid out by it. */
  #positional = false;

  constructor(connection: Connection, endpoint: string, options: CallWriterOptions) {
    this.#connection = connection;
    this.#endpoint = endpoint;
    this.#options = options;
    this.#peerMaxFrameBytes = options.wireLimits.maxFrameBytes;
  }

  /** Bytes of one frame's body that the peer takes. */
  get peerMaxFrameBytes(): number {
    return this.#peerMaxFrameBytes;
  }

  /** @param isSame whether the peer's contract is ours, to the letter. */
  onGreeting(hello: Hello, isSame: boolean): void {
    this.#peerMaxFrameBytes = Math.min(hello.maxFrameBytes, 2 ** 28 - 1);
    this.#limits = commonLimits(this.#options.wireLimits, hello);
    this.#positional = isSame && hello.features.includes(POSITIONAL);
  }

  /**
   * Writes one attempt under its number, 0 for one that nobody waits for. Answers why nothing was written, and then
   * nothing has changed.
   */
  write(call: OutgoingCall, callId: number, nowMs: number): RpcError | undefined {
    const { route } = call;
    const isEvent = route.kind === 'event';
    const frame: CallFrame = {
      type: isEvent ? FRAME.event : FRAME.request,
      flags: isEvent && !call.unacknowledged ? FLAG.ack : call.stream === undefined ? 0 : FLAG.stream,
      callId,
      remainingMs: remainingForWire(call.expiresAt, nowMs),
      cmd: this.#cmdRef(route),
      headers: call.attempt === 1 ? call.headers : { ...call.headers, attempt: String(call.attempt) },
    };
    const refusal = this.#writeFrame(call, frame);
    const { number, name } = frame.cmd;
    if (refusal === undefined && name !== undefined && number !== 0) this.#cmds.set(route, { number, name: undefined });
    return refusal;
  }

  /** Laid out by the contract where the peer has the same. */
  #writeFrame({ route, payload, stream }: OutgoingCall, frame: CallFrame): RpcError | undefined {
    const { out } = this.#connection;
    try {
      const codec = this.#positional && stream === undefined ? route.payloads?.input : undefined;
      if (codec !== undefined) {
        const refusal = this.#refusal(route, frame.headers, 0);
        if (refusal !== undefined) return refusal;
        if (writePositionalCall(out, frame, codec, payload, this.#peerMaxFrameBytes)) return undefined;
        // Not of the contract's shape: sent by name, so that the server says what is wrong with it.
      }
      const encoded = encodePayload(payload);
      const refusal = this.#refusal(route, frame.headers, encoded.length);
      if (refusal === undefined) writeCall(out, frame, encoded);
      return refusal;
    } catch (error) {
      return systemError('encode_failed', `payload of ${route.cmd} cannot be encoded: ${messageOf(error)}`, {
        code: 'invalid_argument',
        delivery: 'unsent',
        cause: error,
      });
    }
  }

  /** Why a call cannot be written, before a byte of it is. */
  #refusal(route: ClientRoute, headers: CallHeaders | undefined, payloadBytes: number): RpcError | undefined {
    const { cmd, cmdBytes } = route;
    const { wireLimits, connectionLimits } = this.#options;
    const headerBytes = headers === undefined ? 0 : headerBlockBytes(headers);
    const refused = headRefusal(route, headers, headerBytes, this.#limits ?? wireLimits);
    if (refused !== undefined) return refused;
    const bodyBytes = payloadBytes + headerBytes + cmdBytes.length + 4;
    if (bodyBytes > this.#peerMaxFrameBytes) {
      return systemError(
        'frame_too_large',
        `request of ${cmd} has ${bodyBytes} bytes, over the peer's maxFrameBytes ${this.#peerMaxFrameBytes}`,
        { code: 'resource_exhausted', delivery: 'unsent', retryAfterMs: -1 },
      );
    }
    const { unsentBytes } = this.#connection;
    const { maxSendBufferBytes } = connectionLimits;
    // Half, so that answers owed to pings and cancels still fit below the limit that closes the connection.
    if (unsentBytes + bodyBytes <= maxSendBufferBytes / 2) return undefined;
    return systemError(
      'send_buffer_full',
      `${unsentBytes} bytes wait for ${this.#endpoint}, near maxSendBufferBytes ${maxSendBufferBytes}`,
      { code: 'resource_exhausted', delivery: 'unsent' },
    );
  }

  /** What a call names its command by. A number is the command's once the frame that announces it is written. */
  #cmdRef(route: ClientRoute): CmdRef {
    const known = this.#cmds.get(route);
    if (known !== undefined) return known;
    // The last number is kept free; a command beyond it goes by name each time.
    const isNumbered = this.#limits !== undefined && this.#cmds.size < Math.min(this.#limits.maxBoundCmds, 0xfffe);
    return { number: isNumbered ? this.#cmds.size + 1 : 0, name: route.cmdBytes };
  }
}
