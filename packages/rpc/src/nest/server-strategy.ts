import { type CustomTransportStrategy, type MessageHandler, Server as NestServer } from '@nestjs/microservices';
import { finalize, isObservable } from 'rxjs';
import { RpcError } from '../core/errors.ts';
import type { Pattern } from '../core/pattern.ts';
import type { BoundAddress } from '../net/listener.ts';
import type { ServerContext } from '../server/context.ts';
import type { ServerOptions } from '../server/options.ts';
import { createServer, type Server } from '../server/server.ts';
import { failureOf } from '../wire/nest/failure.ts';
import { isPattern, meantPattern } from '../wire/nest/pattern.ts';
import { valuesOf } from './observable-values.ts';
import { RpcContext } from './rpc-context.ts';

/** A server's options, and where it listens. */
export interface RpcServerStrategyOptions extends ServerOptions {
  /** Default `0.0.0.0`. */
  readonly host?: string;
  /** Port to bind; 0 picks a free one. */
  readonly port: number;
  /** Milliseconds that `close` lets running handlers finish in. Default 20 000. */
  readonly drainMs?: number;
}

const TRANSPORT = Symbol('cmdrpc');

/**
 * A Nest microservice on the native wire, and on Nest's own beside it: `createMicroservice(App, { strategy: new
 * RpcServerStrategy({ port: 4020 }) })`. Controllers, pipes, guards and filters stay as they are. Unlike Nest's
 * server it drains on close, and a caller that leaves unsubscribes from what its handler returned.
 */
export class RpcServerStrategy extends NestServer implements CustomTransportStrategy {
  override transportId: symbol = TRANSPORT;
  readonly #options: RpcServerStrategyOptions;
  #server: Server | undefined;
  #address: BoundAddress | undefined;

  /** @throws {TypeError} an option that makes no sense, by name. */
  constructor(options: RpcServerStrategyOptions) {
    super();
    this.#options = options;
  }

  /** Where it listens; undefined until it does. */
  get address(): BoundAddress | undefined {
    return this.#address;
  }

  listen(callback: (error?: unknown) => void): void {
    const { host, port } = this.#options;
    try {
      const server = createServer({ ...this.#options, nest: this.#options.nest ?? { envelope: false } });
      for (const [route, handler] of this.messageHandlers) {
        server.on(patternOfRoute(route), (data: unknown, call: ServerContext) =>
          this.#handle(handler, data, new RpcContext([call, route])),
        );
      }
      this.#server = server;
      server.listen(host === undefined ? { port } : { host, port }).then((address) => {
        this.#address = address;
        this._status$.next('connected');
        callback();
      }, callback);
    } catch (error) {
      callback(error);
    }
  }

  /** Finishes what runs, then closes. */
  async close(): Promise<void> {
    const { drainMs } = this.#options;
    await this.#server?.close(drainMs === undefined ? {} : { drainMs });
    this._status$.next('disconnected');
  }

  /** The server of this library behind the strategy. @throws {TypeError} before `listen`. */
  unwrap<T>(): T {
    if (this.#server === undefined) throw new TypeError('strategy does not listen');
    return this.#server as T;
  }

  on(event: string): never {
    throw new TypeError(`strategy has no event ${event}; use status, or diagnostics channels`);
  }

  /** The handler runs between Nest's processing hooks, as under its own servers. */
  #handle(handler: MessageHandler, data: unknown, context: RpcContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.onProcessingStartHook(this.transportId, context, async () => {
        const end = (): void => this.onProcessingEndHook?.(this.transportId, context);
        try {
          const result: unknown = await handler(data, context);
          if (isObservable(result)) {
            resolve(valuesOf(result.pipe(finalize(end)), context.getCall().cancellation, asError));
            return;
          }
          end();
          // Nothing is an empty stream, so that a Nest caller completes without a value.
          resolve(result === undefined ? nothing() : result);
        } catch (thrown) {
          end();
          reject(asError(thrown));
        }
      });
    });
  }
}

async function* nothing(): AsyncGenerator<never> {}

/** Nest's filters fail with plain objects and text, meant for the caller; an error nobody filtered is not. */
const asError = (thrown: unknown): Error =>
  RpcError.is(thrown) || thrown instanceof Error ? thrown : failureOf(thrown, 'handler');

const patternOfRoute = (route: string): Pattern => {
  const meant = meantPattern(route);
  return isPattern(meant) ? meant : String(route);
};
