import { FRAME, type FrameView } from '../wire/native/frame.ts';
import { encodeHello } from '../wire/native/hello.ts';
import { decodePayload, encodePayload } from '../wire/native/payload.ts';
import { type CallFrame, writeCall, writeFrame, writeHello } from '../wire/native/write.ts';
import { Outgoing } from '../wire/outgoing.ts';
import { ProtocolError } from '../wire/protocol-error.ts';

const MAX_DEPTH = 64;

/** A frame of the native wire as it arrived. */
export interface SeenFrame {
  /** One of {@link FRAME}, or a number that is none. */
  readonly type: number;
  readonly flags: number;
  readonly callId: number;
  readonly aux: number;
  /** The body as MessagePack, its bytes where it is none, undefined where it is empty. */
  readonly body: unknown;
}

/** Copies a frame out of the decoder's view. */
export const seenFrame = (frame: FrameView): SeenFrame => {
  const { type, flags, callId, aux, buffer, start, end } = frame;
  return { type, flags, callId, aux, body: bodyOf(buffer, start, end) };
};

const bodyOf = (buffer: Buffer, start: number, end: number): unknown => {
  try {
    return decodePayload(buffer, start, end, MAX_DEPTH);
  } catch (error) {
    if (error instanceof ProtocolError) return Buffer.from(buffer.subarray(start, end));
    throw error;
  }
};

/** The bytes that a writer of the wire leaves. */
export const bytesOf = (write: (out: Outgoing) => void): Buffer => {
  const out = new Outgoing();
  write(out);
  return Buffer.concat(out.take());
};

/** A greeting, which opens every native connection from either side. */
export const helloBytes = (
  fields: {
    readonly authToken?: string;
    readonly maxFrameBytes?: number;
    readonly features?: readonly string[];
    readonly contracts?: Readonly<Record<string, string>>;
  } = {},
): Buffer =>
  bytesOf((out) =>
    writeHello(out, encodeHello({ versions: [1], name: 'raw', features: [], maxFrameBytes: 1 << 22, ...fields })),
  );

/** Any frame, honest or not: header fields and body as given. */
export const frameBytes = (type: number, flags: number, callId: number, aux: number, body?: Uint8Array): Buffer =>
  bytesOf((out) => writeFrame(out, type, flags, callId, aux, body));

/** A REQUEST that names its command; the number 0 binds nothing. */
export const callBytes = (cmd: string, callId: number, payload: unknown, more: Partial<CallFrame> = {}): Buffer =>
  bytesOf((out) => {
    const whole: CallFrame = {
      type: FRAME.request,
      flags: 0,
      callId,
      remainingMs: 5_000,
      cmd: { number: 0, name: Buffer.from(cmd) },
      headers: undefined,
      ...more,
    };
    writeCall(out, whole, encodePayload(payload));
  });
