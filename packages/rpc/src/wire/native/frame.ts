/** Bytes of the fixed header. */
export const HEADER_BYTES = 16;

/** Offsets in the fixed header; all numbers are big-endian. The one place that knows them. @see docs/wire-native.md */
export const AT = {
  /** u32: bytes that follow the header. */
  bodyBytes: 0,
  /** u8: {@link FRAME}. */
  type: 4,
  /** u8: {@link FLAG} bits. */
  flags: 5,
  /** u16: number of a command bound on this connection; 0 for none. */
  cmd: 6,
  /** u32: which call; grows on a connection and is never used again. */
  callId: 8,
  /** u32: REQUEST and EVENT: milliseconds left. ERROR: push-back. GOAWAY: grace. HELLO: protocol version. */
  aux: 12,
} as const;

/** Types of frames of the native wire, by name. */
export const FRAME = {
  hello: 1,
  request: 2,
  response: 3,
  error: 4,
  event: 5,
  streamData: 6,
  streamEnd: 7,
  credit: 8,
  cancel: 9,
  ping: 10,
  pong: 11,
  goaway: 12,
} as const;

export const FLAG = {
  /** The body begins with a header block. */
  headers: 0x01,
  /** The name of the command follows, and `cmd` (unless 0) stands for it from now on. */
  bind: 0x02,
  /** The payload is JSON, for people with a packet dump. */
  json: 0x04,
  /** EVENT: the sender waits for a RESPONSE. */
  ack: 0x08,
  /** ERROR: no handler ran, so sending the call again is safe whatever it does. */
  unprocessed: 0x10,
  /** REQUEST: the answers are STREAM_DATA frames up to a STREAM_END, and the caller may send some of its own. */
  stream: 0x20,
  /** REQUEST, EVENT, RESPONSE: the payload is laid out by the contract and names no field. */
  positional: 0x40,
  /** A frame type from a newer peer that may be skipped. */
  ignorable: 0x80,
} as const;

/** `callId` of a HELLO: the letters CMDR, so that a stranger is told apart within sixteen bytes. */
export const MAGIC = 0x434d4452;

/** Protocol version this library speaks. */
export const VERSION = 1;

/** ERROR `aux`: no push-back; and: do not send again. */
export const NO_PUSHBACK = 0xffffffff;
export const NEVER_RETRY = 0xfffffffe;

/** A whole frame inside a larger buffer. Filled anew for the next one, on whichever connection: read it at once. */
export interface FrameView {
  readonly type: number;
  readonly flags: number;
  readonly cmd: number;
  readonly callId: number;
  readonly aux: number;
  readonly buffer: Buffer;
  /** First byte of the body in `buffer`. */
  readonly start: number;
  /** First byte behind the body. */
  readonly end: number;
}
