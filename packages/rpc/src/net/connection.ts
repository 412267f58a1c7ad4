import type { Socket } from 'node:net';
import type { Clock } from '../core/clock.ts';
import { Outgoing } from '../wire/outgoing.ts';
import { type PeerCertificate, peerCertificateOf } from './tls.ts';

export interface ConnectionEvents {
  /** Bytes from the peer. A throw closes the connection with the thrown error. */
  onBytes(chunk: Buffer): void;
  /** What was written so far has left for the kernel: a sender that waited may go on. */
  onDrained?(): void;
  /** Once, when the connection is over; the error is absent when the peer ended it in order. */
  onClose(error: Error | undefined): void;
}

/** What may wait on one connection. */
export interface ConnectionLimits {
  /** Bytes that may wait for a peer that does not read; beyond them the connection is closed. Default 16 MiB. */
  readonly maxSendBufferBytes: number;
  /** Bytes waiting from which nothing more is read from the peer, so that its requests cannot grow the queue. Default 1 MiB. */
  readonly pauseAtBytes: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  maxSendBufferBytes: 16 * 1024 * 1024,
  pauseAtBytes: 1024 * 1024,
};

/**
 * Bytes gathered in one tick from which they leave before its end. A burst of small frames then keeps both sides busy:
 * the peer works on the first of them while the last are still being made. Held back to the end of the tick, two
 * processes take turns and half of the machine is idle. Each early write of a tick takes twice as much as the one before,
 * up to the second number: once the peer is at work, larger pieces cost it and us fewer system calls.
 */
const EARLY_FLUSH_BYTES = 2 * 1024;
const MAX_EARLY_FLUSH_BYTES = 16 * 1024;

/** Where a socket has the connection that it carries. */
const OWNER = Symbol('cmdrpc.connection');
type Owned = Socket & { readonly [OWNER]: Connection };

/**
 * One socket: bytes in as they come, bytes out gathered within a tick, so that a burst of frames is a few system calls.
 * Knows nothing of frames.
 */
export class Connection {
  readonly out = new Outgoing();
  /** `address:port` of the peer, or what its owner calls it. */
  readonly peer: string;
  /** Whom the peer's verified certificate names. */
  readonly certificate: PeerCertificate | undefined;
  /** Monotonic milliseconds of the last byte received; what keepalive looks at. */
  lastReceivedMs: number;
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #limits: ConnectionLimits;
  readonly #pausesReading: boolean;
  readonly #clock: Clock;
  #stallMs: number | undefined;
  #stallTimer: NodeJS.Timeout | undefined;
  /** The peer stopped reading, perhaps until it has written: it is read from whatever waits for it. */
  #stalled = false;
  #flushScheduled = false;
  #earlyFlushBytes = EARLY_FLUSH_BYTES;
  /** Bytes of the peer are being taken in, and whatever they cause to be written is flushed behind them. */
  #reading = false;
  #ending = false;
  #closed = false;
  #error: Error | undefined;

  /**
   * @param facts `pausesReading`: whether a peer that does not read is not read from either. Servers only: a client that
   * stopped reading too would deadlock with its server, each waiting for the other. `peer`: a name for it, where its owner
   * has one; asked for its address, a socket keeps that for good.
   */
  constructor(
    socket: Socket,
    events: ConnectionEvents,
    limits: ConnectionLimits,
    facts: { readonly pausesReading: boolean; readonly clock: Clock; readonly peer?: string },
  ) {
    this.#socket = socket;
    this.#events = events;
    this.#limits = limits;
    this.#pausesReading = facts.pausesReading;
    this.#clock = facts.clock;
    this.lastReceivedMs = facts.clock.now();
    this.peer = facts.peer ?? addressOf(socket);
    this.certificate = peerCertificateOf(socket);
    socket.setNoDelay(true);
    const owned: Owned = Object.assign(socket, { [OWNER]: this });
    owned.on('data', Connection.#listeners.data);
    owned.on('drain', Connection.#listeners.drain);
    owned.on('end', Connection.#listeners.end);
    // Listened to for the whole life of the socket: an 'error' nobody hears ends the process.
    owned.on('error', Connection.#listeners.error);
    owned.on('close', Connection.#listeners.close);
  }

  // One function for all sockets, which find their connection by themselves: a closure each would be a third of what an idle one holds.
  static readonly #listeners = {
    data(this: Owned, chunk: Buffer): void {
      this[OWNER].#onData(chunk);
    },
    drain(this: Owned): void {
      this[OWNER].#onDrain();
    },
    end(this: Owned): void {
      this[OWNER].#onEnd();
    },
    error(this: Owned, error: Error): void {
      this[OWNER].#error ??= error;
    },
    close(this: Owned): void {
      this[OWNER].#onClose();
    },
  };

  static readonly #flushOf = (connection: Connection): void => connection.#flush();

  get closed(): boolean {
    return this.#closed || this.#ending;
  }

  /** Bytes not yet taken by the kernel. */
  get unsentBytes(): number {
    return this.out.bytes + this.#socket.writableLength;
  }

  /** Has what stands in {@link out} sent at the end of the current tick, or now when it is enough. */
  scheduleFlush(): void {
    if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      // What is written while bytes are taken in leaves when they are, without a tick of its own.
      if (!this.#reading) process.nextTick(Connection.#flushOf, this);
    }
    // Behind a peer that does not keep up they would only make more pieces of what waits.
    if (this.out.bytes >= this.#earlyFlushBytes && this.#socket.writableLength === 0 && !this.#ending) {
      this.#earlyFlushBytes = Math.min(this.#earlyFlushBytes * 2, MAX_EARLY_FLUSH_BYTES);
      this.#write();
    }
  }

  /**
   * For a wire whose peers stop reading while they cannot write, as Nest's do: once nothing has left for `ms`, the peer
   * is read from again, up to `maxSendBufferBytes` of answers. Both sides waiting for the other would wait for good.
   */
  resumeWhenStalled(ms: number): void {
    this.#stallMs = ms;
  }

  /** Sends what is gathered, then closes in order; destroys the socket if that takes longer than `graceMs`. */
  end(graceMs: number): void {
    if (this.#closed || this.#ending) return;
    if (this.out.bytes > 0) this.#flush();
    this.#ending = true;
    this.#socket.end();
    const timer = setTimeout(() => this.#socket.destroy(), graceMs);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** Closes at once; what was not sent is lost. */
  destroy(error?: Error): void {
    if (this.#closed) return;
    this.#error ??= error;
    this.#ending = true;
    this.#socket.destroy();
  }

  #flush(): void {
    this.#flushScheduled = false;
    this.#earlyFlushBytes = EARLY_FLUSH_BYTES;
    if (this.#closed || this.#ending) return;
    const socket = this.#socket;
    if (this.out.bytes > 0) this.#write();
    const waiting = socket.writableLength;
    if (waiting > this.#limits.maxSendBufferBytes) {
      this.destroy(
        new Error(
          `peer ${this.peer} left ${waiting} bytes unread, over maxSendBufferBytes ${this.#limits.maxSendBufferBytes}`,
        ),
      );
    } else if (this.#pausesReading && !this.#stalled && waiting > this.#limits.pauseAtBytes) this.#pause();
    if (!socket.writableNeedDrain) this.#events.onDrained?.();
  }

  #write(): void {
    const chunks = this.out.take();
    const socket = this.#socket;
    if (chunks.length === 1) socket.write(chunks[0] as Buffer);
    else {
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
    }
  }

  #onData(chunk: Buffer): void {
    if (this.#ending) return;
    this.lastReceivedMs = this.#clock.now();
    // Scheduled before: its tick will come by itself.
    this.#reading = !this.#flushScheduled;
    try {
      this.#events.onBytes(chunk);
      if (this.#reading && this.#flushScheduled) this.#flush();
    } catch (error) {
      if (this.#reading) this.#flushScheduled = false;
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#reading = false;
    }
  }

  #pause(): void {
    this.#socket.pause();
    if (this.#stallMs === undefined || this.#stallTimer !== undefined) return;
    let left = this.#leftBytes;
    this.#stallTimer = setInterval(() => {
      const now = this.#leftBytes;
      if (!Object.is(now, left)) {
        left = now;
        return;
      }
      this.#stopWatching();
      this.#stalled = true;
      this.#socket.resume();
    }, this.#stallMs);
  }

  get #leftBytes(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength;
  }

  #stopWatching(): void {
    clearInterval(this.#stallTimer);
    this.#stallTimer = undefined;
  }

  #onDrain(): void {
    this.#stopWatching();
    this.#stalled = false;
    if (this.#closed) return;
    if (this.#pausesReading) this.#socket.resume();
    this.#events.onDrained?.();
  }

  /** The other side will send no more. What is still owed to it can only be owed if it reads, which we cannot know. */
  #onEnd(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#socket.end();
  }

  /** What is gathered leaves first: it may hold the frame that tells the peer why. */
  #fail(error: Error): void {
    this.#error ??= error;
    this.end(1_000);
  }

  #onClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWatching();
    this.#events.onClose(this.#error);
  }
}

/** Joined, because a concatenation keeps its parts. */
const addressOf = ({ remoteAddress, remotePort = 0 }: Socket): string =>
  remoteAddress === undefined ? 'unix' : [remoteAddress, remotePort].join(':');
