import { isAscii, isUtf8 } from 'node:buffer';
import { ProtocolError } from '../protocol-error.ts';

const HASH = 0x23;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** Digits of a length. Ten say more than any limit allows; Nest takes any number of them and waits for `Infinity`. */
const MAX_DIGITS = 10;
/** Blanks before a length. Nest's `parseInt` skips them, so a peer that ends its packets with a newline is heard. */
const MAX_BLANKS = 64;
/** First piece of a packet that spans chunks; grows by doubling, so a declared length alone costs nothing. */
const FIRST_HELD_BYTES = 4096;

const EMPTY = Buffer.alloc(0);

/**
 * Cuts a byte stream into `<length>#<json>` packets, where the length counts UTF-16 code units: an ASCII character, a
 * Hangul syllable and a stray half of neither are 1, an emoji is 2. Bytes are counted as they come and decoded once,
 * when the packet is whole. Iterative, so that 100 000 tiny packets in one chunk cost stack for one.
 */
export class PacketDecoder {
  readonly #maxBytes: number;
  readonly #onPacket: (text: string, bytes: number) => void;
  #blanks = 0;
  #digits = 0;
  #length = 0;
  #inBody = false;
  /** Code units still to come. */
  #units = 0;
  /** Bytes still to come of a character that has begun. */
  #tail = 0;
  #ascii = true;
  #held = EMPTY;
  #heldBytes = 0;
  #stopped = false;

  /** @param maxFrameBytes bytes of one packet's JSON. */
  constructor(maxFrameBytes: number, onPacket: (text: string, bytes: number) => void) {
    this.#maxBytes = maxFrameBytes;
    this.#onPacket = onPacket;
  }

  /** Bytes received of a packet that is not whole, its length among them. */
  get heldBytes(): number {
    return this.#digits + this.#heldBytes;
  }

  /** Ends decoding: what is still in the current chunk, and every later one, is dropped. */
  stop(): void {
    this.#stopped = true;
    this.#held = EMPTY;
    this.#heldBytes = 0;
    this.#digits = 0;
  }

  /** @throws {ProtocolError} a length that is none or over the limit, bytes that are not UTF-8. */
  feed(chunk: Buffer): void {
    let at = 0;
    while (!this.#stopped && at < chunk.length) {
      if (!this.#inBody) {
        at = this.#readLength(chunk, at);
        continue;
      }
      const end = this.#countBody(chunk, at);
      const bytes = this.#heldBytes + end - at;
      if (bytes > this.#maxBytes) {
        throw new ProtocolError(`packet has over ${this.#maxBytes} bytes, its maxFrameBytes`);
      }
      if (this.#units > 0 || this.#tail > 0) {
        this.#hold(chunk, at, end);
        return;
      }
      if (this.#heldBytes === 0) this.#emit(chunk, at, end);
      else {
        this.#hold(chunk, at, end);
        this.#emit(this.#held, 0, this.#heldBytes);
      }
      at = end;
    }
  }

  #readLength(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte >= DIGIT_0 && byte <= DIGIT_9) {
        this.#digits += 1;
        this.#length = this.#length * 10 + byte - DIGIT_0;
        if (this.#digits > MAX_DIGITS) throw new ProtocolError(`packet length has over ${MAX_DIGITS} digits`);
      } else if (byte === HASH && this.#digits > 0) {
        this.#beginBody();
        return at + 1;
      } else if (isBlank(byte) && this.#digits === 0 && this.#blanks < MAX_BLANKS) this.#blanks += 1;
      else throw new ProtocolError(`packet length holds byte 0x${byte.toString(16).padStart(2, '0')}`);
    }
    return chunk.length;
  }

  #beginBody(): void {
    const length = this.#length;
    if (length === 0) throw new ProtocolError('packet of length 0 holds no JSON');
    // A code unit takes a byte at least, so a length over the limit is one in bytes too.
    if (length > this.#maxBytes) {
      throw new ProtocolError(`packet of ${length} characters is over maxFrameBytes ${this.#maxBytes}`);
    }
    this.#inBody = true;
    this.#units = length;
    this.#ascii = true;
  }

  /** Takes what belongs to the body off the chunk; answers where that ends. */
  #countBody(chunk: Buffer, from: number): number {
    let at = this.#takeTail(chunk, from);
    while (this.#units > 0 && at < chunk.length) {
      // As many bytes as units are missing belong to the body whatever they are.
      const sure = Math.min(chunk.length, at + this.#units);
      if (isAscii(chunk.subarray(at, sure))) {
        this.#units -= sure - at;
        return sure;
      }
      this.#ascii = false;
      while (at < sure) {
        const lead = chunk[at] ?? 0;
        at += 1;
        if (lead < 0x80) {
          this.#units -= 1;
          continue;
        }
        if (lead < 0xc2 || lead > 0xf4) throw notUtf8();
        this.#tail = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        this.#units -= lead < 0xf0 ? 1 : 2;
        at = this.#takeTail(chunk, at);
      }
    }
    if (this.#units < 0) throw new ProtocolError('packet length ends inside a character');
    return at;
  }

  #takeTail(chunk: Buffer, from: number): number {
    let at = from;
    while (this.#tail > 0 && at < chunk.length) {
      if (((chunk[at] ?? 0) & 0xc0) !== 0x80) throw notUtf8();
      this.#tail -= 1;
      at += 1;
    }
    return at;
  }

  #hold(chunk: Buffer, from: number, end: number): void {
    const bytes = this.#heldBytes + end - from;
    if (bytes > this.#held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_HELD_BYTES, this.#held.length * 2, bytes));
      this.#held.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    chunk.copy(this.#held, this.#heldBytes, from, end);
    this.#heldBytes = bytes;
  }

  #emit(buffer: Buffer, start: number, end: number): void {
    // Overlong forms and encoded surrogates pass the count, but they are no text.
    if (!this.#ascii && !isUtf8(buffer.subarray(start, end))) throw notUtf8();
    const text = buffer.toString(this.#ascii ? 'latin1' : 'utf8', start, end);
    this.#held = EMPTY;
    this.#heldBytes = 0;
    this.#blanks = 0;
    this.#digits = 0;
    this.#length = 0;
    this.#inBody = false;
    this.#onPacket(text, end - start);
  }
}

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

const notUtf8 = (): ProtocolError => new ProtocolError('packet is not UTF-8');
