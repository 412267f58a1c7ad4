import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Clock } from '../core/clock.ts';
import type { StruckBy } from './fault-plan.ts';

type Done = (error?: Error | null) => void;

const reset = (syscall: string): Error =>
  Object.assign(new Error(`${syscall} ECONNRESET`), { code: 'ECONNRESET', syscall });

/** One end of a connection in memory. What it writes, the other end reads, but for the faults that strike it. */
class MemorySocket extends Duplex {
  readonly remoteAddress = 'memory';
  bytesWritten = 0;
  other: MemorySocket | undefined;
  readonly remotePort: number;
  readonly #struckBy: StruckBy;
  readonly #clock: Clock;
  /** Runs once the reader wants more. */
  #wanted: (() => void) | undefined;
  /** Deliveries that wait for the clock, in order; the head has a timer. */
  readonly #late: { readonly atMs: number; readonly run: () => void }[] = [];
  /** What it would still receive is lost. */
  #deaf = false;

  constructor(remotePort: number, struckBy: StruckBy, clock: Clock) {
    super({ allowHalfOpen: false });
    this.remotePort = remotePort;
    this.#struckBy = struckBy;
    this.#clock = clock;
  }

  setNoDelay(): this {
    return this;
  }

  resetAndDestroy(): this {
    return this.destroy(reset('read'));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#carry(chunk, done);
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: Done): void {
    this.#carry(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: Done): void {
    this.#after(0, () => this.other?.push(null));
    done();
  }

  override _read(): void {
    const wanted = this.#wanted;
    this.#wanted = undefined;
    wanted?.();
  }

  override _destroy(error: Error | null, done: Done): void {
    const { other } = this;
    // A pair does not tell the other side of a destroy; a network does.
    if (other !== undefined && !other.destroyed) {
      if (error === null) other.destroy();
      else other.destroy(reset('read'));
    }
    done(error);
  }

  #carry(bytes: Buffer, done: Done): void {
    this.bytesWritten += bytes.length;
    let delayMs = 0;
    let bytesPerMs = Number.POSITIVE_INFINITY;
    let lost = false;
    let resetsAfter = false;
    for (const fault of this.#struckBy()) {
      if (fault.kind === 'latency') delayMs += fault.delayMs;
      else if (fault.kind === 'slow-read') bytesPerMs = Math.min(bytesPerMs, fault.bytesPerMs);
      else if (fault.kind === 'drop') lost = true;
      else if (fault.kind === 'corrupt') corrupt(bytes, fault.at ?? 0);
      else if (fault.kind === 'reset-after-write') resetsAfter = true;
      else {
        done(reset('write'));
        return;
      }
    }
    if (resetsAfter) {
      this.#deaf = true;
      this.#after(delayMs, () => {
        this.#deliver(bytes, done);
        setImmediate(() => this.destroy(reset('read')));
      });
    } else if (lost) done();
    else if (bytesPerMs < bytes.length) this.#trickle(bytes, bytesPerMs, delayMs, done);
    else if (delayMs > 0 || this.#late.length > 0) {
      this.#after(delayMs, () => this.#deliver(bytes, () => undefined));
      done();
    } else this.#deliver(bytes, done);
  }

  #trickle(bytes: Buffer, bytesPerMs: number, delayMs: number, done: Done): void {
    const piece = bytes.subarray(0, bytesPerMs);
    const rest = bytes.subarray(bytesPerMs);
    this.#after(delayMs, () =>
      this.#deliver(piece, (error) => {
        if (rest.length === 0 || error) done(error);
        else this.#trickle(rest, bytesPerMs, 1, done);
      }),
    );
  }

  #deliver(bytes: Buffer, done: Done): void {
    const { other } = this;
    if (other === undefined || other.destroyed || other.#deaf || bytes.length === 0) done();
    else if (other.push(bytes)) done();
    else other.#wanted = joined(other.#wanted, done);
  }

  #after(delayMs: number, run: () => void): void {
    if (delayMs === 0 && this.#late.length === 0) {
      run();
      return;
    }
    const lastMs = this.#late.at(-1)?.atMs ?? 0;
    this.#late.push({ atMs: Math.max(lastMs, this.#clock.now() + delayMs), run });
    if (this.#late.length === 1) this.#arm();
  }

  #arm(): void {
    const [head] = this.#late;
    if (head === undefined) return;
    const timer = this.#clock.setTimer(() => {
      this.off('close', forget);
      head.run();
      this.#late.shift();
      this.#arm();
    }, head.atMs - this.#clock.now());
    const forget = (): void => this.#clock.clearTimer(timer);
    this.once('close', forget);
  }
}

const joined =
  (first: (() => void) | undefined, second: () => void): (() => void) =>
  () => {
    first?.();
    second();
  };

const corrupt = (bytes: Buffer, at: number): void => {
  if (at < bytes.length) bytes[at] = ~(bytes[at] ?? 0);
};

/** The two ends of one connection, the dialing one first. */
export const memorySockets = (
  port: number,
  clientFaults: StruckBy,
  serverFaults: StruckBy,
  clock: Clock,
): readonly [Socket, Socket] => {
  const near = new MemorySocket(port, clientFaults, clock);
  const far = new MemorySocket(port, serverFaults, clock);
  near.other = far;
  far.other = near;
  // They have the part of a TCP socket that connections use.
  return [near as unknown as Socket, far as unknown as Socket];
};
