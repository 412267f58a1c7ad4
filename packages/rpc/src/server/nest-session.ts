import type { Call } from '../core/call.ts';
import type { CallScope } from '../core/context.ts';
import { messageOf, type RpcError, systemError } from '../core/errors.ts';
import type { Connection } from '../net/connection.ts';
import { enveloped } from '../wire/nest/envelope.ts';
import { errOf } from '../wire/nest/failure.ts';
import { PacketDecoder } from '../wire/nest/framing.ts';
import { readMetadata } from '../wire/nest/metadata.ts';
import { errJson, noHandlerJson, parsePacket, readRequest, valueJson } from '../wire/nest/packet.ts';
import { cmdOfPacket } from '../wire/nest/pattern.ts';
import { writePacket } from '../wire/nest/write.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import type { Peer } from './context.ts';
import { NestReplies } from './nest-replies.ts';
import type { NestServerOptions, SessionOptions } from './options.ts';
import { sameSecret } from './same-secret.ts';
import { type Replies, ServerCall, type Session } from './server-call.ts';
import type { WireSession } from './wire-session.ts';

/** Bytes waiting for the peer from which streams pause. Small beside `pauseAtBytes`, so that other answers go on. */
const PACE_BYTES = 256 * 1024;
/** Milliseconds without progress after which a peer that does not read is taken to be busy writing. */
const STALL_MS = 100;
/** Milliseconds for the last answers to leave. */
const FLUSH_GRACE_MS = 1_000;

const NO_BODY: ServerCall['body'] = { buffer: Buffer.alloc(0), start: 0, end: 0, json: true, positional: false };

/** In place of a pattern that names nothing: no command is called so, since no pattern is spelled with a parenthesis. */
const NO_CMD = '(no pattern)';

/** A call as a packet brought it: already parsed, its id already JSON again. */
class NestCall extends ServerCall {
  data: unknown;
  /** Undefined for an event. */
  idJson: string | undefined;
  /** Which limit the packet is over. */
  problem: string | undefined;
}

/** A connection that speaks NestJS's TCP wire, seen from the server. */
export class NestSession implements Session, WireSession {
  readonly greeted = true;
  readonly keepsAlive = false;
  readonly scope: CallScope;
  readonly peer: Peer;
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  readonly #envelope: boolean;
  readonly #serve: Call<ServerCall>;
  readonly #decoder: PacketDecoder;
  /** By call and not by id: a peer may use an id twice and is answered twice. */
  readonly #calls = new Set<NestCall>();
  readonly #open = new Map<ServerCall, NestReplies>();
  #waiting: (() => void)[] = [];
  #admittedToken: string | undefined;
  #draining = false;
  #ended = false;

  constructor(
    connection: Connection,
    options: SessionOptions,
    nest: Required<NestServerOptions>,
    serve: Call<ServerCall>,
  ) {
    this.#connection = connection;
    this.#options = options;
    this.#envelope = nest.envelope;
    this.#serve = serve;
    this.peer = { address: connection.peer, name: '', certificate: connection.certificate };
    this.scope = options.scope;
    this.#decoder = new PacketDecoder(options.limits.maxFrameBytes, (text) => this.#onPacket(text));
    connection.resumeWhenStalled(STALL_MS);
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  get streams(): number {
    return this.#open.size;
  }

  get heldBytes(): number {
    return this.#decoder.heldBytes;
  }

  feed(chunk: Buffer): void {
    this.#decoder.feed(chunk);
  }

  onDrained(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  }

  /** The wire has no word for it: what runs is answered, and then the connection is closed from this side. */
  goaway(): void {
    this.#draining = true;
    // Not at once: a packet that has just come is still to be refused.
    setImmediate(() => this.#endIfDrained());
  }

  cancelAll(reason: unknown): void {
    for (const call of [...this.#calls]) call.cancel(reason);
  }

  /** The connection is gone: nobody can be answered, and handlers that look may stop. Events go on. */
  end(reason: unknown): void {
    this.#ended = true;
    this.#decoder.stop();
    for (const call of [...this.#calls]) if (call.answered) call.cancel(reason);
    this.onDrained();
  }

  begin(call: NestCall): void {
    this.#calls.add(call);
  }

  decode(call: NestCall): unknown {
    if (call.problem !== undefined) throw new ProtocolError(call.problem);
    return call.data;
  }

  openReplies(call: NestCall): Replies | undefined {
    const { idJson } = call;
    if (idJson === undefined) return undefined;
    const { maxStreamsPerConnection } = this.#options.limits;
    if (this.#open.size >= maxStreamsPerConnection) {
      const text = `connection has ${this.#open.size} streams open, its limits.maxStreamsPerConnection`;
      throw systemError('overloaded', text, { code: 'resource_exhausted' });
    }
    const replies = new NestReplies({
      encode: (value) => this.#encode(call, value),
      write: (json, last) => {
        if (!this.#ended) this.#write(valueJson(json, last, idJson));
      },
      room: () => this.#room(),
    });
    this.#open.set(call, replies);
    call.addCancelListener(replies);
    return replies;
  }

  respond(call: NestCall, value: unknown): void {
    const replies = this.#forget(call);
    if (call.idJson !== undefined && !this.#ended) {
      if (replies !== undefined) replies.end();
      else {
        let json: string | undefined;
        try {
          json = this.#encode(call, value);
        } catch (error) {
          this.refuse(call, error as RpcError);
          return;
        }
        this.#write(valueJson(json, true, call.idJson));
      }
    }
    this.#endIfDrained();
  }

  /** Answered even when cancelled: this wire has no cancellation, so its caller still waits. */
  refuse(call: NestCall, error: RpcError): void {
    const replies = this.#forget(call);
    call.failure = error;
    if (call.idJson !== undefined && !this.#ended) {
      replies?.release();
      this.#write(this.#refusal(error, call.idJson));
    }
    this.#endIfDrained();
  }

  #refusal(error: RpcError, idJson: string): string {
    if (error.reason === 'cmd_not_found' && error.delivery === 'unsent') return noHandlerJson(idJson);
    try {
      const json = errJson(errOf(error, this.#envelope), idJson);
      if (json.length * 3 <= this.#options.limits.maxSendBufferBytes) return json;
    } catch {
      // Details that cannot be encoded: the caller still learns that and how the call failed.
    }
    const told = systemError('encode_failed', 'error details cannot be sent', { code: error.code });
    return errJson(errOf(told, this.#envelope), idJson);
  }

  #forget(call: NestCall): NestReplies | undefined {
    this.#calls.delete(call);
    const replies = this.#open.get(call);
    this.#open.delete(call);
    return replies;
  }

  /** @throws {RpcError} a value JSON cannot hold, or one that could never leave. */
  #encode(call: ServerCall, value: unknown): string | undefined {
    let json: string | undefined;
    try {
      json = JSON.stringify(this.#envelope ? enveloped(value) : value);
    } catch (error) {
      const text = `answer of ${call.cmd} cannot be encoded: ${messageOf(error)}`;
      throw systemError('encode_failed', text, { code: 'internal', cause: error });
    }
    const { maxSendBufferBytes } = this.#options.limits;
    if (json !== undefined && json.length > maxSendBufferBytes / 2) {
      const text = `answer of ${call.cmd} has ${json.length} characters, over half of limits.maxSendBufferBytes ${maxSendBufferBytes}`;
      throw systemError('frame_too_large', text, { code: 'resource_exhausted' });
    }
    return json;
  }

  #write(json: string): void {
    writePacket(this.#connection.out, json);
    this.#connection.scheduleFlush();
  }

  #room(): Promise<void> | undefined {
    if (this.#ended || this.#connection.unsentBytes <= PACE_BYTES) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #endIfDrained(): void {
    if (!this.#draining || this.#calls.size > 0 || this.#decoder.heldBytes > 0) return;
    this.#connection.end(FLUSH_GRACE_MS);
  }

  #onPacket(text: string): void {
    const { limits, logger, authToken } = this.#options;
    const { value, tooDeep } = parsePacket(text, limits.maxDepth);
    const packet = readRequest(value);
    if (tooDeep && typeof packet.id === 'object' && packet.id !== null) {
      throw new ProtocolError(`packet with an object for an id is nested deeper than maxDepth ${limits.maxDepth}`);
    }
    const idJson = packet.id === undefined ? undefined : JSON.stringify(packet.id);
    const metadata = readMetadata(packet.metadata, limits);
    if (authToken !== undefined && !this.#admits(metadata.authToken, authToken)) {
      this.#reject(idJson);
      return;
    }
    if (idJson === undefined && packet.pattern === undefined) {
      // Nobody is answered and nothing can run. Not worth an error: a segment holds twenty thousand of them.
      logger.debug({ peer: this.peer.address }, 'rpc packet without pattern and id dropped');
      return;
    }
    const cmd = cmdOfPacket(packet.pattern);
    const startedMs = this.#options.clock.now();
    const call = new NestCall(
      this,
      {
        cmd: cmd === undefined || Buffer.byteLength(cmd) > limits.maxCmdBytes ? NO_CMD : cmd,
        callId: 0,
        answered: idJson !== undefined,
        startedMs,
        deadlineMs: startedMs + Math.min(metadata.timeoutMs ?? Number.POSITIVE_INFINITY, limits.maxDeadlineMs),
        headers: metadata.headers,
        body: NO_BODY,
      },
      logger,
      this.#options.clock,
    );
    call.data = packet.data;
    call.idJson = idJson;
    call.problem = tooDeep ? `packet is nested deeper than maxDepth ${limits.maxDepth}` : metadata.problem;
    this.#serve(call, (error, result) => {
      if (error === undefined) this.respond(call, result);
      else this.refuse(call, error);
    });
  }

  /** The wire has no greeting, so every packet brings the token; one that was right before is not hashed again. */
  #admits(given: string | undefined, expected: string): boolean {
    if (given !== undefined && given === this.#admittedToken) return true;
    if (given === undefined || !sameSecret(given, expected)) return false;
    this.#admittedToken = given;
    return true;
  }

  /** A stranger learns nothing but that it is one, and nothing else it sent is read. */
  #reject(idJson: string | undefined): void {
    this.#options.logger.warn({ peer: this.peer.address }, 'rpc greeting rejected');
    if (idJson !== undefined) {
      const error = systemError('hello_rejected', 'server rejected the caller', { code: 'unauthenticated' });
      this.#write(errJson(errOf(error, this.#envelope), idJson));
    }
    this.#decoder.stop();
    this.#connection.end(FLUSH_GRACE_MS);
  }
}
