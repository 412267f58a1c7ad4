/** One connection of a memory network, as a {@link Fault} may choose it. */
export interface FaultyConnection {
  /** 1 for the first connection of the network, and so on. */
  readonly number: number;
  /** The port that was dialed. */
  readonly port: number;
}

/** Where and how often a fault strikes. */
interface FaultScope {
  /** Which connections: a share of them from 0 to 1, or a choice. Default all. */
  readonly connection?: number | ((connection: FaultyConnection) => boolean);
  /** Whose writes. Default both sides'. */
  readonly from?: 'client' | 'server';
  /** Chance, from 0 to 1, that a write is struck. Default 1. */
  readonly p?: number;
  /** Writes of each side that are left alone first, counted from the connection's beginning: 1 spares the greeting. */
  readonly skipWrites?: number;
  /** How often it strikes in all. Default without end. */
  readonly times?: number;
}

/**
 * What happens to a write, which is all that a side sends in one tick:
 * `latency` delivers it later and in order; `drop` loses it without a sign; `reset-before-write` resets the connection
 * in its place; `reset-after-write` delivers it and resets the connection before anything comes back; `corrupt` inverts
 * one byte; `slow-read` has the other side read it in small pieces and the writer wait.
 */
export type Fault = FaultScope &
  (
    | { readonly kind: 'drop' | 'reset-before-write' | 'reset-after-write' }
    | {
        readonly kind: 'latency';
        readonly delayMs: number;
      }
    | {
        readonly kind: 'corrupt';
        /**
         * Which byte of the write, 0 by default: there a length begins, so the wire notices. It has no checksum: a byte
         * of a payload arrives as another payload.
         */
        readonly at?: number;
      }
    | {
        readonly kind: 'slow-read';
        /** Bytes that are read every millisecond. */
        readonly bytesPerMs: number;
      }
  );
