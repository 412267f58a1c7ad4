import { DEFAULT_WIRE_LIMITS } from '../src/wire/limits.ts';
import { FLAG, FRAME, type FrameView } from '../src/wire/native/frame.ts';
import { decodeJson, decodePayload, encodePayload } from '../src/wire/native/payload.ts';
import { readCallHead } from '../src/wire/native/read-call.ts';
import { writeCredit, writeStreamData, writeStreamEnd } from '../src/wire/native/stream.ts';
import {
  writeCall,
  writeCancel,
  writeError,
  writeFrame,
  writeGoaway,
  writeHello,
  writePing,
  writePong,
  writeResponse,
} from '../src/wire/native/write.ts';
import { Outgoing } from '../src/wire/outgoing.ts';

type FrameName = keyof typeof FRAME;
type FlagName = keyof typeof FLAG;

/** A frame in words. A payload that JSON has no word for is written `{ "$bytes": hex }`, `{ "$timestamp": ms }` or `{ "$integer": digits }`. */
export interface Meaning {
  readonly frame: FrameName | number;
  readonly flags: readonly FlagName[];
  readonly cmd: number;
  readonly callId: number;
  readonly aux: number;
  readonly headers?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** Present when the frame carries the command's name. */
  readonly name?: string;
  /** Absent for an empty body. */
  readonly payload?: unknown;
}

const fromWords = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(fromWords);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (typeof fields.$bytes === 'string') return Buffer.from(fields.$bytes, 'hex');
  if (typeof fields.$timestamp === 'number') return new Date(fields.$timestamp);
  if (typeof fields.$integer === 'string') return BigInt(fields.$integer);
  return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, fromWords(inner)]));
};

const toWords = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toWords);
  if (Buffer.isBuffer(value)) return { $bytes: value.toString('hex') };
  if (value instanceof Date) return { $timestamp: value.getTime() };
  if (typeof value === 'bigint') return { $integer: String(value) };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toWords(inner)]));
};

const typeOf = (frame: FrameName | number): number => (typeof frame === 'number' ? frame : FRAME[frame]);
const bitsOf = (flags: readonly FlagName[]): number => flags.reduce((bits, flag) => bits | FLAG[flag], 0);

const write = (out: Outgoing, meaning: Meaning): void => {
  const { frame, flags, cmd, callId, aux } = meaning;
  const payload = flags.includes('json')
    ? Buffer.from(JSON.stringify(meaning.payload))
    : encodePayload(fromWords(meaning.payload));
  switch (frame) {
    case 'hello':
      writeHello(out, payload);
      return;
    case 'request':
    case 'event':
      writeCall(
        out,
        {
          type: FRAME[frame],
          flags: bitsOf(flags.filter((flag) => flag !== 'headers' && flag !== 'bind')),
          callId,
          remainingMs: aux,
          cmd: { number: cmd, name: meaning.name === undefined ? undefined : Buffer.from(meaning.name) },
          headers: meaning.headers,
        },
        payload,
      );
      return;
    case 'response':
      writeResponse(out, callId, bitsOf(flags), payload);
      return;
    case 'error':
      writeError(out, callId, bitsOf(flags), aux, payload);
      return;
    case 'streamData':
      writeStreamData(out, callId, payload);
      return;
    case 'streamEnd':
      writeStreamEnd(out, callId);
      return;
    case 'credit':
      writeCredit(out, callId, aux);
      return;
    case 'cancel':
      writeCancel(out, callId);
      return;
    case 'ping':
      writePing(out, callId);
      return;
    case 'pong':
      writePong(out, callId);
      return;
    case 'goaway':
      writeGoaway(out, callId, aux, payload);
      return;
    default:
      writeFrame(out, typeOf(frame), bitsOf(flags), callId, aux, payload);
  }
};

export const bytesOf = (meaning: Meaning): Buffer => {
  const out = new Outgoing();
  write(out, meaning);
  return Buffer.concat(out.take());
};

const FRAME_NAMES = new Map(Object.entries(FRAME).map(([name, type]) => [type as number, name as FrameName]));
const FLAG_NAMES = Object.keys(FLAG) as FlagName[];

export const meaningOf = (view: FrameView, bound: Map<number, string>): Meaning => {
  const { type, flags, cmd, callId, aux, buffer, start, end } = view;
  const isCall = type === FRAME.request || type === FRAME.event;
  const head = isCall ? readCallHead(view, bound, DEFAULT_WIRE_LIMITS) : undefined;
  const decode = (flags & FLAG.json) === 0 ? decodePayload : decodeJson;
  const payload = decode(buffer, head?.payloadStart ?? start, end, DEFAULT_WIRE_LIMITS.maxDepth);
  return {
    frame: FRAME_NAMES.get(type) ?? type,
    flags: FLAG_NAMES.filter((name) => (flags & FLAG[name]) !== 0),
    cmd,
    callId,
    aux,
    ...(head?.headers === undefined ? {} : { headers: headersInWords(head.headers) }),
    ...((flags & FLAG.bind) === 0 || head === undefined ? {} : { name: head.cmd }),
    ...(payload === undefined ? {} : { payload: toWords(payload) }),
  };
};

const headersInWords = ({ custom, ...known }: { readonly custom?: Readonly<Record<string, string>> | undefined }) => ({
  ...known,
  ...(custom === undefined ? {} : { custom: { ...custom } }),
});
