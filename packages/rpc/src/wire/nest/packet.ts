import { beginEncoding, endEncoding } from '../encoding.ts';
import { ProtocolError } from '../protocol-error.ts';

/** `err` of a request that no handler matches, word for word. */
export const NO_HANDLER = 'There is no matching message handler defined in the remote service.';

/** What a client sends. Without an `id` it is an event: nobody is answered. */
export interface RequestPacket {
  readonly pattern: unknown;
  readonly data: unknown;
  readonly metadata: unknown;
  /** Any JSON value, `null` among them; undefined for an event. */
  readonly id: unknown;
}

/** One reply as its caller sees it. */
export interface ReplyPacket {
  readonly id: unknown;
  readonly hasResponse: boolean;
  readonly response: unknown;
  /** Undefined when there is none; Nest takes a falsy `err` for none. */
  readonly err: unknown;
  /** Nothing follows for this id. */
  readonly last: boolean;
}

/** A parsed packet, and whether it is nested deeper than was asked. */
export interface Parsed {
  readonly value: unknown;
  readonly tooDeep: boolean;
}

/** Levels that a packet itself adds around its data. */
const PACKET_LEVELS = 1;

/**
 * Too deep a packet is parsed nevertheless, so that its id can be answered: V8's parser does not recurse, and nothing
 * else of ours walks the value.
 * @throws {ProtocolError} not JSON.
 */
export const parsePacket = (text: string, maxDepth: number): Parsed => {
  try {
    return { value: JSON.parse(text), tooDeep: isDeeper(text, maxDepth + PACKET_LEVELS) };
  } catch (error) {
    throw new ProtocolError('packet is not JSON', { cause: error });
  }
};

const isDeeper = (json: string, maxDepth: number): boolean => {
  if (json.length <= maxDepth * 2) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const unit = json.charCodeAt(at);
    if (inString) {
      if (unit === 0x5c) at += 1;
      else if (unit === 0x22) inString = false;
    } else if (unit === 0x22) inString = true;
    else if (unit === 0x7b || unit === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (unit === 0x7d || unit === 0x5d) depth -= 1;
  }
  return false;
};

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : NOTHING;

/** Reads a client's packet; what is no object is an event without a pattern, as it is for Nest. */
export const readRequest = (value: unknown): RequestPacket => {
  const { pattern, data, metadata, id } = fieldsOf(value);
  return { pattern, data, metadata, id };
};

const REPLY_KEYS: ReadonlySet<string> = new Set(['id', 'err', 'response', 'isDisposed', 'status']);

/** Reads a server's packet. One with a key that Nest does not know is, as a whole, the value (Nest 12). */
export const readReply = (value: unknown): ReplyPacket => {
  const fields = fieldsOf(value);
  const keys = Object.keys(fields);
  if (keys.length === 0 || keys.some((key) => !REPLY_KEYS.has(key))) {
    return { id: fields.id, hasResponse: true, response: value, err: undefined, last: true };
  }
  const { id, response, err, isDisposed } = fields;
  return {
    id,
    hasResponse: response !== undefined,
    response,
    err: err ? err : undefined,
    last: Boolean(isDisposed) || Boolean(err),
  };
};

/** A request, its keys in Nest's order. @throws {TypeError} data JSON cannot hold, or whose own code makes calls. */
export const requestJson = (
  patternJson: string,
  data: unknown,
  metadata: Readonly<Record<string, string>> | undefined,
  id: string | undefined,
): string => {
  beginEncoding();
  let dataJson: string | undefined;
  try {
    dataJson = JSON.stringify(data);
  } finally {
    endEncoding();
  }
  let json = `{"pattern":${patternJson}`;
  if (dataJson !== undefined) json += `,"data":${dataJson}`;
  if (metadata !== undefined) json += `,"metadata":${JSON.stringify(metadata)}`;
  if (id !== undefined) json += `,"id":${JSON.stringify(id)}`;
  return `${json}}`;
};

/** The end of a call whose values have been sent, or that has none. */
const disposedJson = (id: string): string => `{"isDisposed":true,"id":${id}}`;

/** A value, already JSON, or undefined for none; `last` ends the call with it. Keys in Nest's order. */
export const valueJson = (value: string | undefined, last: boolean, id: string): string => {
  if (value === undefined) return last ? disposedJson(id) : `{"id":${id}}`;
  return last ? `{"response":${value},"isDisposed":true,"id":${id}}` : `{"response":${value},"id":${id}}`;
};

/** The end of a call that failed. @throws {TypeError | RangeError} an error JSON cannot hold. */
export const errJson = (err: unknown, id: string): string =>
  `{"err":${JSON.stringify(err)},"isDisposed":true,"id":${id}}`;

export const noHandlerJson = (id: string): string =>
  `{"id":${id},"status":"error","err":${JSON.stringify(NO_HANDLER)}}`;
