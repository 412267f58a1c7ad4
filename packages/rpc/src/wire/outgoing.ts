const BLOCK_BYTES = 64 * 1024;

/** From here on copying a payload costs more than a vector entry of its own in `writev`. */
const OWN_CHUNK_BYTES = 16 * 1024;

/** Blocks with room left that nobody writes into at the moment: an idle connection holds none. */
const spare: { readonly block: Buffer; readonly end: number }[] = [];
const MAX_SPARE = 64;
/** A rest below it is not worth keeping. */
const MIN_SPARE_BYTES = 2 * 1024;

const EMPTY: Buffer = Buffer.alloc(0);
/** Shared by all that have no chunk, and never written to: an array each would be a part of what an idle connection holds. */
const NONE: Buffer[] = [];

/**
 * Bytes waiting for the end of the tick. Small frames are written straight into one block and leave in one system
 * call; a large payload is linked in as it is, uncopied. Blocks are never reused, since the kernel may still hold them.
 */
export class Outgoing {
  #block = EMPTY;
  #start = 0;
  #end = 0;
  #chunks = NONE;
  #chunkBytes = 0;
  #lent = false;

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
    const offset = this.room(bytes);
    this.#end = offset + bytes;
    return offset;
  }

  /** As {@link reserve}, but nothing is taken yet: {@link commit} says how much was written in the end. */
  room(bytes: number): number {
    if (this.#lent || this.#end + bytes > this.#block.length) {
      this.#seal();
      this.#replaceBlock(bytes);
    }
    return this.#end;
  }

  /**
   * Lends the room just made to somebody who runs foreign code while writing into it. Whatever that code adds goes into
   * another block, and then {@link takeBack} is false: what was written into the lent one must be written again.
   */
  lend(): void {
    this.#lent = true;
  }

  takeBack(): boolean {
    const isUntouched = this.#lent;
    this.#lent = false;
    return isUntouched;
  }

  /** Takes the block up to `end`, an offset behind what {@link room} answered. */
  commit(end: number): void {
    this.#end = end;
  }

  /** Gives back the tail of the last reservation. */
  trim(bytes: number): void {
    this.#end -= bytes;
  }

  /** Adds bytes that the caller will not touch again: copied when few, linked when many. */
  append(bytes: Uint8Array): void {
    if (bytes.length >= OWN_CHUNK_BYTES) {
      this.#seal();
      this.#link(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      return;
    }
    const offset = this.reserve(bytes.length);
    this.#block.set(bytes, offset);
  }

  /** Everything gathered so far, in order; usually one chunk. The rest of the block goes to whoever writes next. */
  take(): readonly Buffer[] {
    this.#seal();
    const chunks = this.#chunks;
    this.#chunks = NONE;
    this.#chunkBytes = 0;
    this.#giveBlockBack();
    return chunks;
  }

  #replaceBlock(bytes: number): void {
    const last = spare.at(-1);
    if (this.#block === EMPTY && last !== undefined && last.end + bytes <= last.block.length) {
      spare.pop();
      this.#block = last.block;
      this.#start = last.end;
      this.#end = last.end;
      return;
    }
    this.#giveBlockBack();
    this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes));
  }

  #giveBlockBack(): void {
    const block = this.#block;
    const isLent = this.#lent;
    this.#lent = false;
    // Only of the ordinary size: a huge one would be kept alive by the small frames that follow.
    if (
      !isLent &&
      block.length === BLOCK_BYTES &&
      BLOCK_BYTES - this.#end >= MIN_SPARE_BYTES &&
      spare.length < MAX_SPARE
    ) {
      spare.push({ block, end: this.#end });
    }
    this.#block = EMPTY;
    this.#start = 0;
    this.#end = 0;
  }

  #seal(): void {
    if (this.#end === this.#start) return;
    this.#link(this.#block.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  #link(chunk: Buffer): void {
    if (this.#chunks === NONE) this.#chunks = [chunk];
    else this.#chunks.push(chunk);
    this.#chunkBytes += chunk.length;
  }
}
