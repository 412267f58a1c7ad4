import type { Outgoing } from '../outgoing.ts';
import { FRAME, HEADER_BYTES } from './frame.ts';
import { writeFrame } from './write.ts';

/**
 * Bytes either side of a stream may send before it has heard a CREDIT. Fixed by the protocol, so that a stream can
 * begin in the same packet as its request. 256 KiB, as Cap'n Web.
 */
export const INITIAL_WINDOW_BYTES = 256 * 1024;

/** What a message takes of the window: its payload and its header, so that empty messages are not free. */
export const windowCost = (payloadBytes: number): number => payloadBytes + HEADER_BYTES;

export const writeStreamData = (out: Outgoing, callId: number, payload: Uint8Array): void =>
  writeFrame(out, FRAME.streamData, 0, callId, 0, payload);

/** The sender of this frame sends no more on this stream. */
export const writeStreamEnd = (out: Outgoing, callId: number): void =>
  writeFrame(out, FRAME.streamEnd, 0, callId, 0, undefined);

/** The reader has taken `bytes` more. */
export const writeCredit = (out: Outgoing, callId: number, bytes: number): void =>
  writeFrame(out, FRAME.credit, 0, callId, bytes, undefined);

/**
 * Collects what a reader takes and says when to tell the sender: at half a window, so that credit frames are few and
 * the sender never has to stop for a reader that keeps up.
 */
export class CreditCounter {
  #owed = 0;

  /** Bytes to grant now; 0 while it is not worth a frame. */
  consumed(bytes: number): number {
    this.#owed += bytes;
    if (this.#owed < INITIAL_WINDOW_BYTES / 2) return 0;
    const grant = this.#owed;
    this.#owed = 0;
    return grant;
  }
}
