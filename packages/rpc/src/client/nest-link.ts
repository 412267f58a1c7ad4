import type { Done } from '../core/call.ts';
import { type Delivery, messageOf, RpcError, systemError } from '../core/errors.ts';
import { Connection, type ConnectionEvents } from '../net/connection.ts';
import type { Socket } from '../net/network.ts';
import { opened } from '../wire/nest/envelope.ts';
import { failureOf } from '../wire/nest/failure.ts';
import { PacketDecoder } from '../wire/nest/framing.ts';
import { metadataOf } from '../wire/nest/metadata.ts';
import { parsePacket, readReply, requestJson } from '../wire/nest/packet.ts';
import { patternOfCmd, routeOfPattern } from '../wire/nest/pattern.ts';
import { writePacket } from '../wire/nest/write.ts';
import { InFlight } from './in-flight.ts';
import type { LinkOptions } from './link.ts';
import type { NestClientOptions } from './options.ts';
import type { ClientRoute, Holder, OutgoingCall, StreamPort } from './outgoing-call.ts';
import type { LinkOwner, WireLink } from './wire-link.ts';

/** A pattern as it goes out: requests carry it as it is, unacknowledged events its route. */
interface PatternJson {
  readonly request: string;
  readonly event: string;
}

/** One connection to one endpoint, speaking NestJS's TCP wire. There is no greeting, no ping and no cancellation. */
export class NestLink implements WireLink, Holder, StreamPort, ConnectionEvents {
  readonly delivery = 'unknown';
  readonly phase = 'no_answer';
  readonly #connection: Connection;
  readonly #decoder: PacketDecoder;
  readonly #options: LinkOptions;
  readonly #nest: Required<NestClientOptions>;
  readonly #owner: LinkOwner;
  readonly #endpoint: string;
  readonly #inFlight = new InFlight();
  readonly #patterns = new WeakMap<ClientRoute, PatternJson>();
  /** The latest answer to a call that waits for one and may get several. */
  readonly #latest = new WeakMap<OutgoingCall, unknown>();
  #draining = false;
  #reason: ((delivery: Delivery) => RpcError) | undefined;

  constructor(
    socket: Socket,
    endpoint: string,
    options: LinkOptions,
    nest: Required<NestClientOptions>,
    owner: LinkOwner,
  ) {
    this.#options = options;
    this.#nest = nest;
    this.#owner = owner;
    this.#endpoint = endpoint;
    this.#decoder = new PacketDecoder(options.wireLimits.maxFrameBytes, (text, bytes) => this.#onPacket(text, bytes));
    this.#connection = new Connection(
      socket,
      this,
      options.connectionLimits,
      // Reading goes on whatever waits to be written: Nest's servers stop, and two that stop wait for good.
      { pausesReading: false, clock: options.clock, peer: endpoint },
    );
    // Later than this returns, as a greeting would be.
    queueMicrotask(() => {
      if (!this.#connection.closed) owner.onReady(this);
    });
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get usable(): boolean {
    return !this.#draining && !this.#connection.closed;
  }

  send(call: OutgoingCall, nowMs: number, done: Done): void {
    const { cmd, kind } = call.route;
    if (kind === 'bidi') {
      const text = `${cmd} takes several messages, which the Nest wire does not carry`;
      done(systemError('feature_missing', text, { code: 'unimplemented', delivery: 'unsent' }));
      return;
    }
    // The number is known before it is taken, so that a call refused here leaves no trace.
    const id = call.unacknowledged ? undefined : String(this.#inFlight.nextId);
    let json: string;
    try {
      json = this.#encode(call, id);
    } catch (error) {
      const text = `payload of ${cmd} cannot be encoded: ${messageOf(error)}`;
      done(systemError('encode_failed', text, { code: 'invalid_argument', delivery: 'unsent', cause: error }));
      return;
    }
    const refusal = this.#refusal(cmd, Buffer.byteLength(json));
    if (refusal !== undefined) {
      done(refusal);
      return;
    }
    if (!call.unacknowledged) {
      this.#inFlight.add(call);
      call.done = done;
      call.holder = this;
    }
    call.sentMs = nowMs;
    call.timesSent += 1;
    writePacket(this.#connection.out, json);
    this.#connection.scheduleFlush();
    call.stream?.onOpen(this, call.callId);
    if (call.unacknowledged) done(undefined);
    if (this.#inFlight.exhausted) this.#startDraining();
  }

  /** Holder: the call's deadline passed or its caller left. The peer cannot be told; what it still says is ignored. */
  giveUp(call: OutgoingCall, error: RpcError): void {
    if (this.#inFlight.take(call.callId) === undefined) return;
    this.#end(call, error);
  }

  sendData(): never {
    throw systemError('feature_missing', 'the Nest wire carries no messages of a stream to the server', {
      code: 'unimplemented',
      delivery: 'unsent',
    });
  }

  sendEnd(): void {}

  sendCredit(): void {}

  retire(): void {
    this.#draining = true;
    this.#endIfDrained();
  }

  destroy(reason: (delivery: Delivery) => RpcError): void {
    this.#reason ??= reason;
    // With nothing in flight, what was written last, such as events nobody waits for, may still leave.
    if (this.#inFlight.size === 0) this.#connection.end(1_000);
    else this.#connection.destroy();
  }

  #encode(call: OutgoingCall, id: string | undefined): string {
    const { request, event } = this.#patternOf(call.route);
    const headers = call.attempt === 1 ? call.headers : { ...call.headers, attempt: String(call.attempt) };
    const metadata = metadataOf(headers, this.#options.authToken);
    return requestJson(id === undefined ? event : request, call.payload, metadata, id);
  }

  #patternOf(route: ClientRoute): PatternJson {
    const known = this.#patterns.get(route);
    if (known !== undefined) return known;
    const pattern = patternOfCmd(route.cmd);
    const made = { request: JSON.stringify(pattern), event: JSON.stringify(routeOfPattern(pattern)) };
    this.#patterns.set(route, made);
    return made;
  }

  #refusal(cmd: string, bytes: number): RpcError | undefined {
    const { wireLimits, connectionLimits } = this.#options;
    if (bytes > wireLimits.maxFrameBytes) {
      const text = `request of ${cmd} has ${bytes} bytes, over limits.maxFrameBytes ${wireLimits.maxFrameBytes}`;
      return systemError('frame_too_large', text, { code: 'resource_exhausted', delivery: 'unsent', retryAfterMs: -1 });
    }
    const { unsentBytes } = this.#connection;
    if (unsentBytes + bytes <= connectionLimits.maxSendBufferBytes) return undefined;
    const text = `${unsentBytes} bytes wait for ${this.#endpoint}, near maxSendBufferBytes ${connectionLimits.maxSendBufferBytes}`;
    return systemError('send_buffer_full', text, { code: 'resource_exhausted', delivery: 'unsent' });
  }

  onBytes(chunk: Buffer): void {
    this.#decoder.feed(chunk);
  }

  #onPacket(text: string, bytes: number): void {
    const { maxDepth } = this.#options.wireLimits;
    const { value, tooDeep } = parsePacket(text, maxDepth);
    const reply = readReply(value);
    // An id that is not one of ours, or whose call has ended, concerns nobody.
    const call = typeof reply.id === 'string' ? this.#inFlight.get(Number(reply.id)) : undefined;
    if (call === undefined) return;
    if (tooDeep) {
      const cause = `it is nested deeper than maxDepth ${maxDepth}`;
      this.#settle(call, unreadable(call, new Error(cause)));
    } else if (reply.err !== undefined) this.#settle(call, failureOf(reply.err, call.route.cmd));
    else this.#onValue(call, reply.response, reply.hasResponse || !reply.last, reply.last, bytes);
  }

  /** @param present an end may come without a value; what is no end has one, if only undefined. */
  #onValue(call: OutgoingCall, response: unknown, present: boolean, last: boolean, bytes: number): void {
    const { stream } = call;
    let value = response;
    try {
      if (present && this.#nest.envelope) value = opened(response, call.route.cmd);
    } catch (error) {
      this.#settle(call, RpcError.is(error) ? error : unreadable(call, error));
      return;
    }
    if (stream === undefined) {
      if (present) this.#latest.set(call, value);
      if (last) this.#settle(call, undefined, this.#latest.get(call));
      return;
    }
    const heldBytes = stream.heldBytes + bytes;
    if (heldBytes > this.#nest.maxHeldBytes) {
      const text = `reader of ${call.route.cmd} is ${heldBytes} bytes behind, over nest.maxHeldBytes ${this.#nest.maxHeldBytes}`;
      this.#settle(call, systemError('overloaded', text, { code: 'resource_exhausted', retryAfterMs: -1 }));
      return;
    }
    if (present) {
      call.committed = true;
      call.touch?.();
      stream.onMessage(value, bytes);
    }
    if (last) this.#settle(call, undefined);
  }

  #settle(call: OutgoingCall, error: RpcError | undefined, value?: unknown): void {
    // A reader that left while it was told a value has ended the call already.
    if (this.#inFlight.take(call.callId) === undefined) return;
    if (error !== undefined) {
      this.#end(call, error);
      return;
    }
    call.holder = undefined;
    call.done(undefined, value);
    this.#endIfDrained();
  }

  #startDraining(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#owner.onDraining(this, undefined);
  }

  #endIfDrained(): void {
    if (this.#draining && this.#inFlight.size === 0) this.#connection.end(1_000);
  }

  onClose(cause: Error | undefined): void {
    this.#decoder.stop();
    const text = cause === undefined ? 'closed the connection' : `lost the connection: ${cause.message}`;
    const lost = (delivery: Delivery): RpcError =>
      systemError('connection_lost', `${this.#endpoint} ${text}`, { code: 'unavailable', delivery, cause });
    const reason = this.#reason ?? lost;
    const uncertain = this.#inFlight.takeAbove(0);
    this.#owner.onClosed(this, reason('unsent'));
    for (const call of uncertain) this.#end(call, reason('unknown'));
  }

  #end(call: OutgoingCall, error: RpcError): void {
    call.holder = undefined;
    call.endpoint = this.#endpoint;
    call.done(error);
    this.#endIfDrained();
  }
}

const unreadable = (call: OutgoingCall, cause: unknown): RpcError =>
  systemError('decode_failed', `answer to ${call.route.cmd} cannot be read: ${messageOf(cause)}`, {
    code: 'data_loss',
    cause,
  });
