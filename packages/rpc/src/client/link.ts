import type { Done } from '../core/call.ts';
import type { TimerHandle } from '../core/clock.ts';
import { type Delivery, messageOf, RpcError, systemError } from '../core/errors.ts';
import { Connection, type ConnectionEvents, type ConnectionLimits } from '../net/connection.ts';
import type { Socket } from '../net/network.ts';
import type { WireLimits } from '../wire/limits.ts';
import { decodeFailure } from '../wire/native/failure.ts';
import { FLAG, FRAME, type FrameView } from '../wire/native/frame.ts';
import { FrameDecoder, type FrameListener } from '../wire/native/framing.ts';
import { decodeHello, encodeHello, type Hello, POSITIONAL } from '../wire/native/hello.ts';
import { decodeJson, decodePayload, encodePayload } from '../wire/native/payload.ts';
import {
  INITIAL_WINDOW_BYTES,
  windowCost,
  writeCredit,
  writeStreamData,
  writeStreamEnd,
} from '../wire/native/stream.ts';
import { writeCancel, writeHello, writePong } from '../wire/native/write.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { CallWriter } from './call-writer.ts';
import type { ContractCheck } from './contract-check.ts';
import { InFlight } from './in-flight.ts';
import { Keepalive, type KeepaliveOptions, type KeepaliveOwner } from './keepalive.ts';
import type { ClientRoute, Holder, OutgoingCall, StreamPort } from './outgoing-call.ts';
import type { LinkOwner, WireLink } from './wire-link.ts';

export interface LinkOptions extends KeepaliveOptions {
  readonly name: string;
  readonly authToken: string | undefined;
  readonly wireLimits: WireLimits;
  readonly connectionLimits: ConnectionLimits;
  readonly handshakeTimeoutMs: number;
  readonly contracts: ContractCheck;
}

/** One connection to one endpoint, speaking the native wire, from its greeting to its end. */
export class Link implements WireLink, Holder, StreamPort, ConnectionEvents, FrameListener, KeepaliveOwner {
  readonly delivery = 'unknown';
  readonly phase = 'no_answer';
  readonly #connection: Connection;
  readonly #decoder: FrameDecoder;
  readonly #options: LinkOptions;
  readonly #owner: LinkOwner;
  readonly #endpoint: string;
  readonly #inFlight = new InFlight();
  readonly #writer: CallWriter;
  #greeted = false;
  #draining = false;
  /** Above it, calls were provably not processed; known from GOAWAY. */
  #lastTakenId = Number.POSITIVE_INFINITY;
  #reason: ((delivery: Delivery) => RpcError) | undefined;
  #handshakeTimer: TimerHandle | undefined;
  readonly #keepalive: Keepalive;

  constructor(socket: Socket, endpoint: string, options: LinkOptions, owner: LinkOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#endpoint = endpoint;
    this.#decoder = new FrameDecoder(options.wireLimits, this);
    this.#connection = new Connection(socket, this, options.connectionLimits, {
      pausesReading: false,
      clock: options.clock,
      peer: endpoint,
    });
    this.#writer = new CallWriter(this.#connection, endpoint, options);
    this.#keepalive = new Keepalive(this.#connection, options, this);
    const hello: Hello = {
      versions: [1],
      name: options.name,
      features: [POSITIONAL],
      maxFrameBytes: options.wireLimits.maxFrameBytes,
      authToken: options.authToken,
      contracts: options.contracts.fingerprints,
    };
    writeHello(this.#connection.out, encodeHello(hello));
    this.#connection.scheduleFlush();
    this.#handshakeTimer = options.clock.setTimer(() => {
      this.#handshakeTimer = undefined;
      this.#connection.destroy(new Error(`no greeting within handshakeTimeoutMs ${options.handshakeTimeoutMs}`));
    }, options.handshakeTimeoutMs);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Takes calls: not draining, not closed. Calls may follow the greeting without waiting for the peer's. */
  get usable(): boolean {
    return !this.#draining && !this.#connection.closed;
  }

  /** Writes one attempt; `done` ends it. Nothing is written for a call that is refused here. */
  send(call: OutgoingCall, nowMs: number, done: Done): void {
    const callId = call.unacknowledged ? 0 : this.#inFlight.nextId;
    const refusal = this.#writer.write(call, callId, nowMs);
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    if (callId !== 0) {
      this.#inFlight.add(call);
      call.done = done;
      call.holder = this;
    }
    call.sentMs = nowMs;
    this.#keepalive.onCall(nowMs);
    call.timesSent += 1;
    this.#connection.scheduleFlush();
    call.stream?.onOpen(this, callId);
    if (call.unacknowledged) done(undefined);
    if (this.#inFlight.exhausted) this.#startDraining(undefined);
  }

  /** Holder: the call's deadline passed or its caller left. The peer is told, so that it can stop. */
  giveUp(call: OutgoingCall, error: RpcError): void {
    if (this.#inFlight.take(call.callId) === undefined) return;
    if (!this.#connection.closed) {
      writeCancel(this.#connection.out, call.callId);
      this.#connection.scheduleFlush();
    }
    this.#end(call, error);
    this.#endIfDrained();
  }

  /** StreamPort: one message of a stream that goes out. */
  sendData(callId: number, value: unknown): number {
    const payload = encodePayload(value);
    const { peerMaxFrameBytes } = this.#writer;
    if (payload.length > peerMaxFrameBytes) {
      const text = `stream message has ${payload.length} bytes, over the peer's maxFrameBytes ${peerMaxFrameBytes}`;
      throw systemError('frame_too_large', text, { code: 'resource_exhausted', delivery: 'unsent' });
    }
    writeStreamData(this.#connection.out, callId, payload);
    this.#connection.scheduleFlush();
    return windowCost(payload.length);
  }

  sendEnd(callId: number): void {
    writeStreamEnd(this.#connection.out, callId);
    this.#connection.scheduleFlush();
  }

  sendCredit(callId: number, bytes: number): void {
    if (this.#connection.closed) return;
    writeCredit(this.#connection.out, callId, bytes);
    this.#connection.scheduleFlush();
  }

  /** Takes no more calls and closes once those in flight have ended. */
  retire(): void {
    this.#draining = true;
    this.#endIfDrained();
  }

  /** Closes at once; `reason` ends the calls still in flight, given how far each got. */
  destroy(reason: (delivery: Delivery) => RpcError): void {
    this.#reason ??= reason;
    // With nothing in flight, what was written last, such as events nobody waits for, may still leave.
    if (this.#inFlight.size === 0) this.#connection.end(1_000);
    else this.#connection.destroy();
  }

  onBytes(chunk: Buffer): void {
    try {
      this.#decoder.feed(chunk);
    } catch (error) {
      // Not in order: a peer that sends nonsense may not close its side either, and the calls need not wait for that.
      this.#connection.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  onFrame(frame: FrameView): void {
    switch (frame.type) {
      case FRAME.response:
        this.#onResponse(frame);
        return;
      case FRAME.error:
        this.#onError(frame);
        return;
      case FRAME.streamData:
        this.#onStreamData(frame);
        return;
      case FRAME.streamEnd:
        this.#onStreamEnd(frame);
        return;
      case FRAME.credit:
        this.#inFlight.get(frame.callId)?.stream?.onCredit(frame.aux);
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
      case FRAME.goaway:
        this.#onGoaway(frame);
        return;
      default:
        if ((frame.flags & FLAG.ignorable) === 0) {
          throw new ProtocolError(`frame type ${frame.type} is not one a server sends`);
        }
    }
  }

  #onResponse(frame: FrameView): void {
    const call = this.#takeAnswered(frame);
    if (call === undefined) return;
    let value: unknown;
    try {
      value = this.#decode(call.route, frame);
    } catch (error) {
      this.#end(call, unreadable(call, error));
      this.#endIfDrained();
      return;
    }
    call.holder = undefined;
    call.stream?.onMessage(value, 0);
    call.done(undefined, value);
    this.#endIfDrained();
  }

  /** @throws {ProtocolError} */
  #decode({ cmd, payloads }: ClientRoute, { flags, buffer, start, end }: FrameView): unknown {
    if ((flags & FLAG.positional) !== 0) {
      const codec = payloads?.output;
      if (codec === undefined) throw new ProtocolError(`answer to ${cmd} is laid out by a contract that has no layout`);
      return codec.read(buffer, start, end);
    }
    return ((flags & FLAG.json) === 0 ? decodePayload : decodeJson)(
      buffer,
      start,
      end,
      this.#options.wireLimits.maxDepth,
    );
  }

  #onStreamData(frame: FrameView): void {
    const call = this.#inFlight.get(frame.callId);
    if (call === undefined) {
      this.#mustHaveBeenMade(frame);
      return;
    }
    const { stream } = call;
    if (stream === undefined) throw new ProtocolError(`stream message for call ${frame.callId}, which is no stream`);
    const { maxDepth, maxFrameBytes } = this.#options.wireLimits;
    if (stream.heldBytes > INITIAL_WINDOW_BYTES + maxFrameBytes) {
      throw new ProtocolError(`peer sent ${stream.heldBytes} bytes of a stream beyond its window`);
    }
    let value: unknown;
    try {
      value = decodePayload(frame.buffer, frame.start, frame.end, maxDepth);
    } catch (error) {
      this.giveUp(call, unreadable(call, error));
      return;
    }
    call.committed = true;
    call.touch?.();
    stream.onMessage(value, windowCost(frame.end - frame.start));
  }

  #onStreamEnd(frame: FrameView): void {
    const call = this.#takeAnswered(frame);
    if (call === undefined) return;
    call.holder = undefined;
    call.done(undefined);
    this.#endIfDrained();
  }

  #onError(frame: FrameView): void {
    const call = this.#takeAnswered(frame);
    if (call === undefined) return;
    let error: RpcError;
    try {
      error = decodeFailure(frame, this.#options.wireLimits.maxDepth);
    } catch (cause) {
      error = unreadable(call, cause);
    }
    this.#end(call, error);
    this.#endIfDrained();
  }

  /** An answer to a call that ended meanwhile is ordinary; one to a call never made is not. */
  #takeAnswered(frame: FrameView): OutgoingCall | undefined {
    this.#mustHaveBeenMade(frame);
    return this.#inFlight.take(frame.callId);
  }

  #mustHaveBeenMade({ callId }: FrameView): void {
    if (callId > this.#inFlight.lastId || callId === 0) {
      throw new ProtocolError(`answer to call ${callId}, which was never made`);
    }
  }

  #onHello(frame: FrameView): void {
    if (this.#greeted) throw new ProtocolError('second HELLO on a connection');
    const hello = decodeHello(frame);
    this.#greeted = true;
    this.#writer.onGreeting(hello, this.#options.contracts.onGreeting(hello.contracts ?? {}, this.#endpoint));
    this.#stopHandshakeTimer();
    this.#keepalive.start();
    this.#owner.onReady(this);
  }

  #onGoaway(frame: FrameView): void {
    const { callId: lastTakenId } = frame;
    const body = decodePayload(frame.buffer, frame.start, frame.end, 4);
    const { reason, message } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    this.#lastTakenId = Math.min(this.#lastTakenId, lastTakenId);
    const text = typeof message === 'string' ? message : 'takes no more calls';
    const rejected = reason === 'hello_rejected';
    const error = systemError(rejected ? 'hello_rejected' : 'draining', `${this.#endpoint} ${text}`, {
      code: rejected ? 'unauthenticated' : 'unavailable',
      delivery: 'unsent',
    });
    if (rejected) this.#reason = () => error;
    this.#startDraining(error);
    const refused = this.#inFlight.takeAbove(lastTakenId);
    if (reason === 'protocol_error') {
      // The first that was not taken is the one it stumbled over, and would do so again. The others may be repeated.
      const offender = refused.shift();
      const told = `${this.#endpoint} could not read the request: ${text}`;
      const unreadable = systemError('protocol_error', told, { code: 'data_loss', delivery: 'unsent' });
      if (offender !== undefined) this.#end(offender, unreadable);
    }
    for (const call of refused) this.#end(call, error);
    this.#endIfDrained();
  }

  #startDraining(error: RpcError | undefined): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#owner.onDraining(this, error);
  }

  #endIfDrained(): void {
    if (this.#draining && this.#inFlight.size === 0) this.#connection.end(1_000);
  }

  onSuspect(): void {
    this.#owner.onSuspect(this);
  }

  #stopHandshakeTimer(): void {
    if (this.#handshakeTimer !== undefined) this.#options.clock.clearTimer(this.#handshakeTimer);
    this.#handshakeTimer = undefined;
  }

  onClose(cause: Error | undefined): void {
    this.#decoder.stop();
    this.#stopHandshakeTimer();
    this.#keepalive.stop();
    const text = cause === undefined ? 'closed the connection' : `lost the connection: ${cause.message}`;
    const lost = (delivery: Delivery): RpcError =>
      systemError('connection_lost', `${this.#endpoint} ${text}`, { code: 'unavailable', delivery, cause });
    const reason = this.#reason ?? lost;
    const unprocessed = this.#inFlight.takeAbove(this.#lastTakenId);
    const uncertain = this.#inFlight.takeAbove(0);
    this.#owner.onClosed(this, reason('unsent'));
    for (const call of unprocessed) this.#end(call, reason('unsent'));
    for (const call of uncertain) this.#end(call, reason('unknown'));
  }

  #end(call: OutgoingCall, error: RpcError): void {
    call.holder = undefined;
    call.endpoint = this.#endpoint;
    call.done(error);
  }
}

const unreadable = (call: OutgoingCall, cause: unknown): RpcError =>
  RpcError.is(cause)
    ? cause
    : systemError('decode_failed', `answer to ${call.route.cmd} cannot be read: ${messageOf(cause)}`, {
        code: 'data_loss',
        delivery: 'answered',
        cause,
      });
