import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import { type Client, createClient } from '../client/client.ts';
import type { CallOptions } from '../client/methods.ts';
import type { ClientOptions } from '../client/options.ts';
import { contract } from '../contract/contract.ts';
import { withContext } from '../core/context.ts';
import { RpcError } from '../core/errors.ts';
import { cmdOf, type Pattern } from '../core/pattern.ts';
import { errOf } from '../wire/nest/failure.ts';
import { readMetadata } from '../wire/nest/metadata.ts';
import { NO_HANDLER } from '../wire/nest/packet.ts';
import { isPattern, meantPattern } from '../wire/nest/pattern.ts';

const UNTYPED = contract('nest', { version: '0.0.0' }, {});
/** Patterns remembered to answer once only; beyond it each is asked for as a stream first. */
const MAX_REMEMBERED = 1_000;
const NO_LIMITS = { maxHeaders: Number.POSITIVE_INFINITY, maxHeaderBytes: Number.POSITIVE_INFINITY };

/**
 * A Nest client on the native wire: `ClientsModule.register([{ name, customClass: RpcClientProxy, options: { target }
 * }])`. `send` and `emit` stay as they are; unsubscribing cancels the call at the server, and deadlines, retries,
 * breakers and balancing are this library's.
 */
export class RpcClientProxy extends ClientProxy {
  readonly #options: ClientOptions;
  readonly #unary = new Set<string>();
  #client: Client<typeof UNTYPED.commands> | undefined;

  constructor(options: ClientOptions) {
    super();
    this.#options = options;
  }

  /** Waits until an endpoint is connected. @throws {RpcError} `unavailable` after 10 000 ms. */
  async connect(): Promise<void> {
    const { $ } = this.#connected();
    if ($.state !== 'ready') await $.ready();
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.$.close();
  }

  /** The client of this library behind the proxy. */
  unwrap<T>(): T {
    return this.#connected() as T;
  }

  /** Fails at once while the peer is down, instead of waiting for it in `connect`. */
  override send<Result, Input>(pattern: unknown, data: Input): Observable<Result> {
    if (pattern === undefined || pattern === null || data === undefined || data === null) {
      return super.send(pattern, data);
    }
    return new Observable<Result>((observer) =>
      this.publish(this.createPacket(pattern, data), this.createObserver(observer)),
    );
  }

  protected publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const controller = new AbortController();
    this.#read(packet, controller.signal, (response) => callback({ response })).then(
      () => callback({ isDisposed: true }),
      (err: unknown) => {
        if (!controller.signal.aborted) callback({ err });
      },
    );
    return () => controller.abort(new Error('unsubscribed'));
  }

  protected async dispatchEvent<T = unknown>(packet: ReadPacket): Promise<T> {
    const { pattern, options, inContext } = prepared(packet);
    await inContext(() => this.#connected().$.emit(pattern, packet.data, options));
    return undefined as T;
  }

  /** What Nest's own client would give: the service's error as it threw it. Failures on the way stay `RpcError`s. */
  protected override serializeError(error: unknown): unknown {
    if (!RpcError.is(error)) return error;
    if (error.reason === 'cmd_not_found' && error.delivery === 'unsent') return NO_HANDLER;
    return error.delivery === 'answered' ? errOf(error, false) : error;
  }

  #connected(): Client<typeof UNTYPED.commands> {
    this.#client ??= createClient(UNTYPED, this.#options);
    return this.#client;
  }

  /** Asks for a stream, since the pattern does not say how many answers come; a contract's unary command wants none. */
  async #read(packet: ReadPacket, signal: AbortSignal, onValue: (value: unknown) => void): Promise<void> {
    const { pattern, options, inContext } = prepared(packet);
    const cmd = cmdOf(pattern);
    const { $ } = this.#connected();
    if (!this.#unary.has(cmd)) {
      try {
        const values = inContext(() => $.stream(pattern, packet.data, { ...options, signal }));
        for await (const value of values) onValue(value);
        return;
      } catch (error) {
        if (!RpcError.is(error) || error.reason !== 'feature_missing' || error.delivery !== 'unsent') throw error;
        if (this.#unary.size < MAX_REMEMBERED) this.#unary.add(cmd);
      }
    }
    const value = await inContext(() => $.pattern(pattern, packet.data, { ...options, signal }));
    if (value !== undefined) onValue(value);
  }
}

interface Prepared {
  readonly pattern: Pattern;
  readonly options: CallOptions;
  inContext<T>(run: () => T): T;
}

/** A packet's pattern as this library spells it, and its metadata as headers. */
const prepared = ({ pattern, metadata }: ReadPacket): Prepared => {
  const meant = meantPattern(pattern);
  if (!isPattern(meant)) throw new TypeError(`pattern is a ${typeof pattern}, not text, a number or an object`);
  const { headers = {}, timeoutMs } = readMetadata(metadata, NO_LIMITS);
  const { correlationId, idempotencyKey, custom, traceparent, tracestate } = headers;
  return {
    pattern: meant,
    options: {
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(custom === undefined ? {} : { headers: custom }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    },
    inContext: (run) =>
      traceparent === undefined
        ? run()
        : withContext(tracestate === undefined ? { traceparent } : { traceparent, tracestate }, run),
  };
};
