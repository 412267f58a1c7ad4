import type { Call } from '../core/call.ts';
import type { CallScope } from '../core/context.ts';
import { NO_DEADLINE_MS } from '../core/deadline.ts';
import { messageOf, type RpcError, systemError } from '../core/errors.ts';
import { SmallMap } from '../core/small-map.ts';
import type { Connection } from '../net/connection.ts';
import { encodeFailure, flagsOf, pushbackOf } from '../wire/native/failure.ts';
import { FLAG, FRAME, type FrameView } from '../wire/native/frame.ts';
import { FrameDecoder, type FrameListener } from '../wire/native/framing.ts';
import { decodeHello, POSITIONAL } from '../wire/native/hello.ts';
import { decodeJson, decodePayload, encodePayload } from '../wire/native/payload.ts';
import type { PositionalPayloads } from '../wire/native/positional/payloads.ts';
import { readCallHead } from '../wire/native/read-call.ts';
import {
  INITIAL_WINDOW_BYTES,
  windowCost,
  writeCredit,
  writeStreamData,
  writeStreamEnd,
} from '../wire/native/stream.ts';
import {
  writeError,
  writeGoaway,
  writeHello,
  writePong,
  writePositionalResponse,
  writeResponse,
} from '../wire/native/write.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import type { Peer } from './context.ts';
import type { SessionOptions } from './options.ts';
import { sameSecret } from './same-secret.ts';
import { ServerCall, type Session } from './server-call.ts';
import { ServerStream } from './server-stream.ts';
import type { WireSession } from './wire-session.ts';

const NONE: readonly never[] = [];

/** A connection that speaks the native wire, seen from the server. */
export class NativeSession implements Session, WireSession, FrameListener {
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  readonly #serve: Call<ServerCall>;
  readonly #decoder: FrameDecoder;
  readonly #bound = new SmallMap<number, string>();
  /** Calls whose handlers run, by number, for CANCEL and disconnect. Where handlers answer at once there is never a second. */
  readonly #calls = new SmallMap<number, ServerCall>();
  /** Events nobody waits for, which have no number; made with the first. Their sender may leave at once, so its going does not cancel them. */
  #events: Set<ServerCall> | undefined;
  /** Names of contracts that the caller greeted with and that are ours, to the letter. */
  #sameContracts: readonly string[] = NONE;
  #peerName = '';
  #peerMaxFrameBytes = 0;
  #greeted = false;
  #lastId = 0;
  #ended = false;
  #streams = 0;

  constructor(connection: Connection, options: SessionOptions, serve: Call<ServerCall>) {
    this.#connection = connection;
    this.#options = options;
    this.#serve = serve;
    this.#decoder = new FrameDecoder(options.limits, this);
  }

  get keepsAlive(): boolean {
    return true;
  }

  get scope(): CallScope {
    return this.#options.scope;
  }

  get peer(): Peer {
    const { peer, certificate } = this.#connection;
    return { address: peer, name: this.#peerName, certificate };
  }

  get inFlight(): number {
    return this.#calls.size + (this.#events?.size ?? 0);
  }

  get streams(): number {
    return this.#streams;
  }

  get greeted(): boolean {
    return this.#greeted;
  }

  get heldBytes(): number {
    return this.#decoder.heldBytes;
  }

  feed(chunk: Buffer): void {
    try {
      this.#decoder.feed(chunk);
    } catch (error) {
      // A peer that made itself known is told what was wrong; its calls from the offending one on were not processed.
      if (this.#greeted) this.#goaway(0, 'protocol_error', messageOf(error));
      throw error;
    }
  }

  /** Announces that calls numbered after those already here are not taken. */
  goaway(graceMs: number): void {
    this.#goaway(graceMs, 'draining', 'is closing');
  }

  #goaway(graceMs: number, reason: string, message: string): void {
    writeGoaway(this.#connection.out, this.#lastId, graceMs, encodePayload({ reason, message }));
    this.#connection.scheduleFlush();
  }

  cancelAll(reason: unknown): void {
    for (const call of [...this.#calls.values(), ...(this.#events ?? NONE)]) call.cancel(reason);
  }

  /** The connection is gone: nobody can be answered, and handlers that look may stop. */
  end(reason: unknown): void {
    this.#ended = true;
    this.#decoder.stop();
    for (const call of this.#calls.values()) call.cancel(reason);
  }

  begin(call: ServerCall): void {
    call.begun = true;
    if (call.callId === 0) {
      this.#events ??= new Set();
      this.#events.add(call);
    } else this.#calls.set(call.callId, call);
    if (call.stream !== undefined) this.#streams += 1;
  }

  decode(call: ServerCall): unknown {
    const { buffer, start, end, json, positional } = call.body;
    if (positional) {
      const codec = this.#payloadsOf(call)?.input;
      if (codec === undefined) throw new ProtocolError(`${call.cmd} has no layout that both sides know`);
      return codec.read(buffer, start, end);
    }
    return (json ? decodeJson : decodePayload)(buffer, start, end, this.#options.limits.maxDepth);
  }

  /** How the call's payloads are laid out; undefined unless its caller greeted with the same contract. */
  #payloadsOf({ route }: ServerCall): PositionalPayloads | undefined {
    return route?.service !== undefined && this.#sameContracts.includes(route.service) ? route.payloads : undefined;
  }

  respond(call: ServerCall, value: unknown): void {
    this.#forget(call);
    if (!call.answered || call.abandoned || this.#ended) return;
    if (call.stream !== undefined) {
      writeStreamEnd(this.#connection.out, call.callId);
      this.#connection.scheduleFlush();
      return;
    }
    const codec = this.#payloadsOf(call)?.output;
    const { out } = this.#connection;
    if (codec !== undefined && writePositionalResponse(out, call.callId, codec, value, this.#peerMaxFrameBytes)) {
      this.#connection.scheduleFlush();
      return;
    }
    let payload: Uint8Array;
    try {
      payload = encodePayload(value);
    } catch (error) {
      this.refuse(
        call,
        systemError('encode_failed', `answer of ${call.cmd} cannot be encoded: ${messageOf(error)}`, {
          code: 'internal',
        }),
      );
      return;
    }
    if (payload.length > this.#peerMaxFrameBytes) {
      const text = `answer of ${call.cmd} has ${payload.length} bytes, over the caller's maxFrameBytes ${this.#peerMaxFrameBytes}`;
      this.refuse(call, systemError('frame_too_large', text, { code: 'resource_exhausted' }));
      return;
    }
    writeResponse(out, call.callId, 0, payload);
    this.#connection.scheduleFlush();
  }

  refuse(call: ServerCall, error: RpcError): void {
    this.#forget(call);
    call.failure = error;
    if (!call.answered || call.cancelled || this.#ended) return;
    let payload = this.#tryEncode(error);
    if (payload === undefined || payload.length > this.#peerMaxFrameBytes) {
      payload = encodeFailure(
        systemError('encode_failed', `error of ${call.cmd} cannot be sent`, { code: error.code }),
      );
    }
    writeError(this.#connection.out, call.callId, flagsOf(error), pushbackOf(error), payload);
    this.#connection.scheduleFlush();
  }

  #forget(call: ServerCall): void {
    // One refused before it began is in no table.
    if (!call.begun) return;
    call.begun = false;
    if (call.callId === 0) this.#events?.delete(call);
    else this.#calls.delete(call.callId);
    if (call.stream === undefined) return;
    this.#streams -= 1;
    call.stream.finish(undefined);
  }

  #tryEncode(error: RpcError): Uint8Array | undefined {
    try {
      return encodeFailure(error);
    } catch {
      // Details that cannot be encoded: the caller still learns that and how the call failed.
      return undefined;
    }
  }

  onFrame(frame: FrameView): void {
    switch (frame.type) {
      case FRAME.request:
      case FRAME.event:
        this.#onCall(frame);
        return;
      case FRAME.cancel:
        this.#onCancel(frame.callId);
        return;
      case FRAME.streamData:
        this.#onStreamData(frame);
        return;
      case FRAME.streamEnd:
        this.#calls.get(frame.callId)?.stream?.incoming.end();
        return;
      case FRAME.credit:
        this.#calls.get(frame.callId)?.stream?.onCredit(frame.aux);
        return;
      case FRAME.ping:
        writePong(this.#connection.out, frame.callId);
        this.#connection.scheduleFlush();
        return;
      case FRAME.pong:
        return;
      case FRAME.hello:
        this.#onHello(frame);
        return;
      default:
        if ((frame.flags & FLAG.ignorable) === 0) {
          throw new ProtocolError(`frame type ${frame.type} is not one a client sends`);
        }
    }
  }

  #onCancel(callId: number): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    call.abandoned = true;
    call.cancel(new Error('cancelled by the caller'));
  }

  #onHello(frame: FrameView): void {
    if (this.#greeted) throw new ProtocolError('second HELLO on a connection');
    const hello = decodeHello(frame);
    const { authToken, greeting } = this.#options;
    if (authToken !== undefined && !sameSecret(hello.authToken ?? '', authToken)) {
      // No greeting of ours: a stranger learns nothing of this server but that it is one.
      this.#options.logger.warn({ peer: this.#connection.peer }, 'rpc greeting rejected');
      this.#goaway(0, 'hello_rejected', 'rejected the greeting');
      this.#decoder.stop();
      this.#connection.end(1_000);
      return;
    }
    this.#greeted = true;
    this.#peerName = hello.name;
    this.#peerMaxFrameBytes = hello.maxFrameBytes;
    writeHello(this.#connection.out, greeting.payload);
    if (hello.features.includes(POSITIONAL)) this.#sameContracts = greeting.commonWith(hello.contracts ?? {});
    this.#connection.scheduleFlush();
  }

  /** Late messages of a stream that ended are ordinary; those of a call never made are not. */
  #onStreamData(frame: FrameView): void {
    if (frame.callId > this.#lastId)
      throw new ProtocolError(`stream message for call ${frame.callId}, which was never made`);
    const incoming = this.#calls.get(frame.callId)?.stream?.incoming;
    if (incoming === undefined) return;
    const { maxDepth, maxFrameBytes } = this.#options.limits;
    if (incoming.heldBytes > INITIAL_WINDOW_BYTES + maxFrameBytes) {
      throw new ProtocolError(`peer sent ${incoming.heldBytes} bytes of a stream beyond its window`);
    }
    incoming.push(decodePayload(frame.buffer, frame.start, frame.end, maxDepth), windowCost(frame.end - frame.start));
  }

  #openStream(call: ServerCall): ServerStream {
    const stream = new ServerStream({
      sendData: (value) => {
        const payload = encodePayload(value);
        if (payload.length > this.#peerMaxFrameBytes) {
          const text = `message of ${call.cmd} has ${payload.length} bytes, over the caller's maxFrameBytes ${this.#peerMaxFrameBytes}`;
          throw systemError('frame_too_large', text, { code: 'resource_exhausted' });
        }
        writeStreamData(this.#connection.out, call.callId, payload);
        this.#connection.scheduleFlush();
        return windowCost(payload.length);
      },
      sendCredit: (bytes) => {
        if (this.#ended) return;
        writeCredit(this.#connection.out, call.callId, bytes);
        this.#connection.scheduleFlush();
      },
    });
    call.addCancelListener(stream);
    return stream;
  }

  #onCall(frame: FrameView): void {
    const isEvent = frame.type === FRAME.event;
    const answered = !isEvent || (frame.flags & FLAG.ack) !== 0;
    const { callId, aux } = frame;
    if (answered && callId <= this.#lastId) {
      throw new ProtocolError(`call ${callId} follows call ${this.#lastId}; numbers only grow`);
    }
    const { limits, logger } = this.#options;
    const { cmd, headers, payloadStart } = readCallHead(frame, this.#bound, limits);
    // Only now: one whose head cannot be read was not taken.
    if (answered) this.#lastId = callId;
    // When its last byte came, not when its turn came: a chunk may hold many calls, and their callers wait for all of it.
    const startedMs = this.#connection.lastReceivedMs;
    const call = new ServerCall(
      this,
      {
        cmd,
        callId: answered ? callId : 0,
        answered,
        startedMs,
        deadlineMs: startedMs + Math.min(aux === NO_DEADLINE_MS ? Number.POSITIVE_INFINITY : aux, limits.maxDeadlineMs),
        headers,
        body: {
          buffer: frame.buffer,
          start: payloadStart,
          end: frame.end,
          json: (frame.flags & FLAG.json) !== 0,
          positional: (frame.flags & FLAG.positional) !== 0,
        },
      },
      logger,
      this.#options.clock,
    );
    if (!isEvent && (frame.flags & FLAG.stream) !== 0) call.stream = this.#openStream(call);
    this.#serve(call, (error, value) => {
      if (error === undefined) this.respond(call, value);
      else this.refuse(call, error);
    });
  }
}
