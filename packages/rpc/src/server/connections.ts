import type { Call } from '../core/call.ts';
import type { TimerHandle } from '../core/clock.ts';
import { EVENTS, nextConnectionId } from '../core/events.ts';
import { Connection, type ConnectionEvents } from '../net/connection.ts';
import type { Socket } from '../net/network.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { sniffWire, type WireName } from '../wire/sniff.ts';
import { NativeSession } from './native-session.ts';
import { NestSession } from './nest-session.ts';
import type { SessionOptions } from './options.ts';
import type { ServerCall } from './server-call.ts';
import type { WireSession } from './wire-session.ts';

/** What a server keeps of one connection: its own listener, so that an idle one holds few objects. */
class Open implements ConnectionEvents {
  readonly id = nextConnectionId();
  readonly connection: Connection;
  readonly acceptedMs: number;
  readonly #owner: OpenOwner;
  session: WireSession | undefined;
  /** Since when part of a message is held; undefined while none is. */
  partialSinceMs: number | undefined;

  constructor(owner: OpenOwner, socket: Socket, { limits, clock }: SessionOptions) {
    this.#owner = owner;
    // Whole, because a number with a fraction takes an object of its own.
    this.acceptedMs = Math.floor(clock.now());
    this.connection = new Connection(socket, this, limits, { pausesReading: true, clock });
  }

  onBytes(chunk: Buffer): void {
    this.#owner.onBytes(this, chunk);
  }

  onDrained(): void {
    this.session?.onDrained?.();
  }

  onClose(error: Error | undefined): void {
    this.#owner.onClose(this, error);
  }
}

interface OpenOwner {
  onBytes(open: Open, chunk: Buffer): void;
  onClose(open: Open, error: Error | undefined): void;
}

/** Slowest rate at which a message may arrive once it is overdue. */
const MIN_BYTES_PER_MS = 1.024;

/** Every connection of a server: lets them in, finds out which wire they speak, and closes those that stall. */
export class Connections {
  readonly #options: SessionOptions;
  readonly #serve: Call<ServerCall>;
  readonly #open = new Set<Open>();
  /** Sessions whose connections closed before their handlers ended; events go on without their sender. */
  readonly #departed = new Set<WireSession>();
  readonly #owner: OpenOwner = {
    onBytes: (open, chunk) => this.#onBytes(open, chunk),
    onClose: (open, error) => this.#onClose(open, error),
  };
  readonly #sweepMs: number;
  #sweepTimer: TimerHandle | undefined;
  #whenEmpty: (() => void) | undefined;
  #goawayMs: number | undefined;
  #endingMs: number | undefined;
  #silentTimer: TimerHandle | undefined;

  constructor(options: SessionOptions, serve: Call<ServerCall>) {
    this.#options = options;
    this.#serve = serve;
    const { handshakeTimeoutMs, partialFrameMs, idleMs } = options.limits;
    this.#sweepMs = Math.min(5_000, Math.max(20, Math.min(handshakeTimeoutMs, partialFrameMs, idleMs) / 2));
  }

  get size(): number {
    return this.#open.size;
  }

  readonly accept = (socket: Socket): void => {
    const { limits, logger, clock } = this.#options;
    if (this.#open.size >= limits.maxConnections) {
      logger.warn({ maxConnections: limits.maxConnections }, 'rpc connection refused: limit reached');
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    const open = new Open(this.#owner, socket, this.#options);
    this.#open.add(open);
    tell(open, 'ready', undefined, undefined);
    this.#sweepTimer ??= clock.setTimer(this.#sweep, this.#sweepMs);
  };

  /** Tells every peer that the server takes no more calls. */
  goaway(graceMs: number): void {
    this.#goawayMs = graceMs;
    for (const { session } of this.#open) session?.goaway(graceMs);
  }

  cancelAll(reason: unknown): void {
    for (const { session } of this.#open) session?.cancelAll(reason);
    for (const session of this.#departed) session.cancelAll(reason);
  }

  /** Sends what is still owed and closes; resolves when all are closed, at the latest after `graceMs`. */
  endAll(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty = resolve;
      this.#endingMs = graceMs;
      for (const { connection, session } of this.#open) if (session !== undefined) connection.end(graceMs);
      if (this.#open.size === 0) resolve();
      // One that has not spoken may have a call on its way, to be refused as unprocessed when it comes.
      else this.#silentTimer = this.#options.clock.setTimer(this.#endSilent, graceMs);
    });
  }

  readonly #endSilent = (): void => {
    this.#silentTimer = undefined;
    for (const { connection } of this.#open) connection.end(0);
  };

  #onBytes(open: Open, chunk: Buffer): void {
    open.session ??= this.#sniff(open, chunk[0] ?? 0);
    const { session } = open;
    const heldBefore = session.heldBytes;
    session.feed(chunk);
    if (this.#endingMs !== undefined) open.connection.end(this.#endingMs);
    const held = session.heldBytes;
    if (held === 0) open.partialSinceMs = undefined;
    // Less is held than came: a message was finished, and what is held belongs to the next.
    else if (held < heldBefore + chunk.length) open.partialSinceMs = this.#options.clock.now();
    else open.partialSinceMs ??= this.#options.clock.now();
  }

  #sniff(open: Open, firstByte: number): WireSession {
    const session = this.#sessionOf(sniffWire(firstByte), open.connection);
    // One that came in while the server closes is greeted with its end.
    if (this.#goawayMs !== undefined) session.goaway(this.#goawayMs);
    return session;
  }

  #sessionOf(wire: WireName | undefined, connection: Connection): WireSession {
    const { nest } = this.#options;
    if (wire === 'native') return new NativeSession(connection, this.#options, this.#serve);
    if (wire === 'nest' && nest !== undefined) return new NestSession(connection, this.#options, nest, this.#serve);
    throw new ProtocolError(
      wire === undefined ? 'peer speaks no wire this server knows' : `peer speaks ${wire}, which is switched off`,
    );
  }

  #onClose(open: Open, error: Error | undefined): void {
    this.#open.delete(open);
    tell(open, 'closed', 'ready', error);
    open.session?.end(error ?? new Error('the caller disconnected'));
    for (const session of this.#departed) if (session.inFlight === 0) this.#departed.delete(session);
    if (open.session !== undefined && open.session.inFlight > 0) this.#departed.add(open.session);
    if (error instanceof ProtocolError) {
      this.#options.logger.warn({ peer: open.connection.peer, err: error }, 'rpc connection closed: protocol error');
    }
    if (this.#open.size > 0) return;
    const { clock } = this.#options;
    if (this.#sweepTimer !== undefined) clock.clearTimer(this.#sweepTimer);
    if (this.#silentTimer !== undefined) clock.clearTimer(this.#silentTimer);
    this.#sweepTimer = undefined;
    this.#silentTimer = undefined;
    this.#whenEmpty?.();
  }

  /** One timer for all connections: each is looked at a few times in the span of its limits. */
  readonly #sweep = (): void => {
    this.#sweepTimer = undefined;
    const { limits, clock, logger } = this.#options;
    const now = clock.now();
    for (const open of this.#open) {
      const { connection, session } = open;
      let stalled: string | undefined;
      if (session?.greeted !== true) {
        if (now - open.acceptedMs > limits.handshakeTimeoutMs) stalled = 'handshakeTimeoutMs';
      } else if (open.partialSinceMs !== undefined) {
        const forMs = now - open.partialSinceMs;
        if (forMs > limits.partialFrameMs && session.heldBytes < forMs * MIN_BYTES_PER_MS) stalled = 'partialFrameMs';
      } else if (session.keepsAlive && session.inFlight === 0 && now - connection.lastReceivedMs > limits.idleMs)
        stalled = 'idleMs';
      if (stalled !== undefined) {
        logger.info({ peer: connection.peer, limit: stalled }, 'rpc connection closed: stalled');
        if (stalled === 'idleMs') {
          // Told first: a call that crosses the closing is then known as unprocessed.
          session?.goaway(0);
          connection.end(1_000);
        } else connection.destroy(new Error(`connection stalled, over limits.${stalled}`));
      }
    }
    if (this.#open.size > 0) this.#sweepTimer = clock.setTimer(this.#sweep, this.#sweepMs);
  };
}

const tell = (
  { id, connection }: Open,
  state: 'ready' | 'closed',
  previous: string | undefined,
  error: Error | undefined,
): void => {
  if (!EVENTS.connection.hasSubscribers) return;
  EVENTS.connection.publish({ side: 'server', id, peer: connection.peer, state, previous, error });
};
