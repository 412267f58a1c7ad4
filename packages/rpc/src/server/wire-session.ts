/** What a server needs of a connection once its wire is known. Each wire has one implementation. */
export interface WireSession {
  /** The peer has introduced itself; a wire without a greeting counts as greeted. */
  readonly greeted: boolean;
  /** Both sides give signs of life on this wire, so a silent peer is a dead one. */
  readonly keepsAlive: boolean;
  /** Bytes held of a message that is not whole. */
  readonly heldBytes: number;
  readonly inFlight: number;
  /** @throws {ProtocolError} bytes that no honest peer sends. */
  feed(chunk: Buffer): void;
  /** The peer has taken what was sent so far. */
  onDrained?(): void;
  /** Announces a drain, where the wire has a word for it. */
  goaway(graceMs: number): void;
  /** Cancels what runs; answers that still come are sent. */
  cancelAll(reason: unknown): void;
  /** The connection is over. */
  end(reason: unknown): void;
}
