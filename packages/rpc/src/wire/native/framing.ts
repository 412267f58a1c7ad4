import { ProtocolError } from '../protocol-error.ts';
import { AT, FRAME, type FrameView, HEADER_BYTES, MAGIC } from './frame.ts';

export interface FramingLimits {
  readonly maxFrameBytes: number;
  readonly maxHelloBytes: number;
}

/** Who gets the frames of a stream. */
export interface FrameListener {
  onFrame(frame: FrameView): void;
}

const EMPTY: Buffer = Buffer.alloc(0);
const NONE: Buffer[] = [];

/**
 * The frame just cut, one object for all decoders: who gets it reads it before anything else happens. It lets go of the
 * chunk behind the last frame in it, so that an idle connection keeps no memory of what it was told.
 */
const view = { type: 0, flags: 0, cmd: 0, callId: 0, aux: 0, buffer: EMPTY, start: 0, end: 0 };

/** A piece of one byte costs some 200 bytes of heap, so a peer that sends byte by byte has its pieces joined early. */
const MAX_PIECES = 1024;

/**
 * Cuts a byte stream into frames. A frame that lies whole in a chunk is read where it lies; one that spans chunks is
 * joined once, when its last byte is there. A declared length is checked before a byte of the body is kept, and
 * nothing is allocated from it. Iterative, so that 100 000 tiny frames in one chunk cost stack for one.
 */
export class FrameDecoder {
  readonly #limits: FramingLimits;
  readonly #listener: FrameListener;
  /** Pieces of the one frame that is not whole yet. */
  #pieces: Buffer[] = NONE;
  #pieceBytes = 0;
  /** Bytes the pieces must reach before anything can be read: a header, then header and body. */
  #needed = HEADER_BYTES;
  #greeted = false;
  #stopped = false;

  constructor(limits: FramingLimits, listener: FrameListener) {
    this.#limits = limits;
    this.#listener = listener;
  }

  /** Bytes held of a frame that is not whole. */
  get heldBytes(): number {
    return this.#pieceBytes;
  }

  /** Ends decoding: what is still in the current chunk, and every later one, is dropped. */
  stop(): void {
    this.#stopped = true;
    this.#pieces = NONE;
    this.#pieceBytes = 0;
  }

  /** @throws {ProtocolError} a length over the limit, or a connection that begins with neither HELLO nor GOAWAY. */
  feed(chunk: Buffer): void {
    this.#cut(chunk);
    view.buffer = EMPTY;
  }

  #cut(chunk: Buffer): void {
    let offset = 0;
    while (!this.#stopped && offset < chunk.length) {
      if (this.#pieceBytes === 0) {
        offset = this.#readWhole(chunk, offset);
        if (this.#stopped || offset === chunk.length) return;
        this.#hold(chunk.subarray(offset));
        return;
      }
      const taken = Math.min(this.#needed - this.#pieceBytes, chunk.length - offset);
      this.#pieces.push(chunk.subarray(offset, offset + taken));
      if (this.#pieces.length === MAX_PIECES) this.#pieces = [Buffer.concat(this.#pieces)];
      this.#pieceBytes += taken;
      offset += taken;
      if (this.#pieceBytes === this.#needed) this.#readJoined();
    }
  }

  /** Reads frames that lie whole in the chunk; answers where the first that does not begins. */
  #readWhole(chunk: Buffer, from: number): number {
    let offset = from;
    while (!this.#stopped && chunk.length - offset >= HEADER_BYTES) {
      const bodyBytes = this.#checkedBodyBytes(chunk, offset);
      const end = offset + HEADER_BYTES + bodyBytes;
      if (end > chunk.length) break;
      this.#emit(chunk, offset, end);
      offset = end;
    }
    return offset;
  }

  #hold(rest: Buffer): void {
    // A copy, when small: a view would keep the whole 64 KiB chunk alive for a few bytes of a slow peer.
    const piece = rest.length < 1024 ? Buffer.from(rest) : rest;
    this.#pieces = [piece];
    this.#pieceBytes = piece.length;
    this.#needed = piece.length < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + this.#checkedBodyBytes(piece, 0);
  }

  #readJoined(): void {
    const joined =
      this.#pieces.length === 1 ? (this.#pieces[0] ?? EMPTY) : Buffer.concat(this.#pieces, this.#pieceBytes);
    if (this.#needed === HEADER_BYTES) {
      const bodyBytes = this.#checkedBodyBytes(joined, 0);
      if (bodyBytes > 0) {
        this.#pieces = [joined];
        this.#needed = HEADER_BYTES + bodyBytes;
        return;
      }
    }
    this.#pieces = NONE;
    this.#pieceBytes = 0;
    this.#needed = HEADER_BYTES;
    this.#emit(joined, 0, joined.length);
  }

  #checkedBodyBytes(buffer: Buffer, at: number): number {
    const bodyBytes = buffer.readUInt32BE(at + AT.bodyBytes);
    if (!this.#greeted) {
      // GOAWAY in place of a greeting: a server that refuses the peer, or is closing, says so first.
      const type = buffer[at + AT.type];
      if (type !== FRAME.goaway && (type !== FRAME.hello || buffer.readUInt32BE(at + AT.callId) !== MAGIC)) {
        throw new ProtocolError('connection does not begin with a HELLO frame');
      }
      if (bodyBytes > this.#limits.maxHelloBytes) {
        throw new ProtocolError(`HELLO of ${bodyBytes} bytes is over maxHelloBytes ${this.#limits.maxHelloBytes}`);
      }
    } else if (bodyBytes > this.#limits.maxFrameBytes) {
      throw new ProtocolError(`frame of ${bodyBytes} bytes is over maxFrameBytes ${this.#limits.maxFrameBytes}`);
    }
    return bodyBytes;
  }

  #emit(buffer: Buffer, at: number, end: number): void {
    view.type = buffer[at + AT.type] ?? 0;
    if (view.type === FRAME.hello) this.#greeted = true;
    view.flags = buffer[at + AT.flags] ?? 0;
    view.cmd = buffer.readUInt16BE(at + AT.cmd);
    view.callId = buffer.readUInt32BE(at + AT.callId);
    view.aux = buffer.readUInt32BE(at + AT.aux);
    view.buffer = buffer;
    view.start = at + HEADER_BYTES;
    view.end = end;
    this.#listener.onFrame(view);
  }
}
