const BLOCK_BYTES = 64 * 1024;

/** From here on copying a payload costs more than a vector entry of its own in `writev`. */
const OWN_CHUNK_BYTES = 16 * 1024;

/**
 * Bytes waiting for the end of the tick. Small frames are written straight into one block and leave in one system
 * call; a large payload is linked in as it is, uncopied. Blocks are never reused, since the kernel may still hold them.
 */
export class Outgoing {
  #block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #start = 0;
  #end = 0;
  #chunks: Buffer[] = [];
  #chunkBytes = 0;

  /** The block to write into, valid until the next call of `reserve` or `append`. */
  get block(): Buffer {
    return this.#block;
  }

  /** Bytes not yet taken. */
  get bytes(): number {
    return this.#chunkBytes + this.#end - this.#start;
  }

  /** Makes room for `bytes` in one piece and answers the offset in {@link block} where they go. */
  reserve(bytes: number): number {
    if (this.#end + bytes > this.#block.length) {
      this.#seal();
      this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes));
      this.#start = 0;
      this.#end = 0;
    }
    const offset = this.#end;
    this.#end += bytes;
    return offset;
  }

  /** Gives back the tail of the last reservation. */
  trim(bytes: number): void {
    this.#end -= bytes;
  }

  /** Adds bytes that the caller will not touch again: copied when few, linked when many. */
  append(bytes: Uint8Array): void {
    if (bytes.length >= OWN_CHUNK_BYTES) {
      this.#seal();
      this.#chunks.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      this.#chunkBytes += bytes.length;
      return;
    }
    const offset = this.reserve(bytes.length);
    this.#block.set(bytes, offset);
  }

  /** Everything gathered so far, in order; usually one chunk. */
  take(): Buffer[] {
    this.#seal();
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#chunkBytes = 0;
    return chunks;
  }

  #seal(): void {
    if (this.#end === this.#start) return;
    this.#chunks.push(this.#block.subarray(this.#start, this.#end));
    this.#chunkBytes += this.#end - this.#start;
    this.#start = this.#end;
  }
}
