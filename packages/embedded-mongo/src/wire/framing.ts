import { ProtocolError } from '../errors.ts';

/** Bytes of a message header: length, request id, the id answered, opcode; each a little-endian int32. */
export const HEADER_BYTES = 16;

/** Cuts a byte stream into messages; a length out of bounds is refused when its four bytes are there, before more is kept. */
export class Framing {
  readonly #maxMessageBytes: number;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #wanted: number | undefined;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** True while the start of a message waits for the rest of it. */
  get isPartial(): boolean {
    return this.#buffered > 0;
  }

  /** The messages that a further chunk completes. @throws {ProtocolError} for an impossible length. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.byteLength;
    const messages: Buffer[] = [];
    for (;;) {
      this.#wanted ??= this.#readLength();
      if (this.#wanted === undefined || this.#buffered < this.#wanted) return messages;
      const bytes = this.#join();
      messages.push(bytes.subarray(0, this.#wanted));
      const rest = bytes.subarray(this.#wanted);
      this.#chunks = rest.byteLength > 0 ? [rest] : [];
      this.#buffered = rest.byteLength;
      this.#wanted = undefined;
    }
  }

  #readLength(): number | undefined {
    if (this.#buffered < 4) return undefined;
    const length = this.#join().readInt32LE(0);
    if (length < HEADER_BYTES || length > this.#maxMessageBytes) {
      throw new ProtocolError(`message length ${length} is not within ${HEADER_BYTES} and ${this.#maxMessageBytes}`);
    }
    return length;
  }

  /** Joined only when something can be read from it, so that many small chunks are not copied many times. */
  #join(): Buffer {
    const [only, ...others] = this.#chunks;
    if (only !== undefined && others.length === 0) return only;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
