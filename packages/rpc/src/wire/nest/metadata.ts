/** What a packet's `metadata` says beside the data. Nest 12.0.4 and later send it; older ones send none. */
export interface PacketHeaders {
  correlationId?: string | undefined;
  traceparent?: string | undefined;
  tracestate?: string | undefined;
  idempotencyKey?: string | undefined;
  attempt?: string | undefined;
  custom?: Readonly<Record<string, string>> | undefined;
}

export interface PacketMetadata {
  readonly headers: PacketHeaders | undefined;
  /** Milliseconds the caller waits; undefined when it does not say. */
  readonly timeoutMs: number | undefined;
  /** For a server that asks for one. */
  readonly authToken: string | undefined;
  /** Which limit the metadata is over; the call is refused with it. */
  readonly problem: string | undefined;
}

export interface MetadataLimits {
  readonly maxHeaders: number;
  readonly maxHeaderBytes: number;
}

const TIMEOUT = 'x-rpc-timeout-ms';
/** A name of our own: `authorization` belongs to the application, and names its user. */
const AUTH_TOKEN = 'x-rpc-auth-token';

const FIELD = {
  'x-correlation-id': 'correlationId',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  'idempotency-key': 'idempotencyKey',
  'x-rpc-attempt': 'attempt',
} as const;

const isKnown = (name: string): name is keyof typeof FIELD => Object.hasOwn(FIELD, name);

const NONE: PacketMetadata = { headers: undefined, timeoutMs: undefined, authToken: undefined, problem: undefined };

/** Reads a packet's metadata. Names are read in lower case, as HTTP's; what is not text is left out. */
export const readMetadata = (metadata: unknown, limits: MetadataLimits): PacketMetadata => {
  if (typeof metadata !== 'object' || metadata === null) return NONE;
  const entries = Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const { maxHeaders, maxHeaderBytes } = limits;
  if (entries.length > maxHeaders) {
    return { ...NONE, problem: `metadata has ${entries.length} entries, over maxHeaders ${maxHeaders}` };
  }
  const bytes = entries.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (bytes > maxHeaderBytes) {
    return { ...NONE, problem: `metadata has ${bytes} bytes, over maxHeaderBytes ${maxHeaderBytes}` };
  }
  const headers: PacketHeaders = {};
  const custom: [string, string][] = [];
  let timeoutMs: number | undefined;
  let authToken: string | undefined;
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    if (isKnown(lower)) headers[FIELD[lower]] = value;
    else if (lower === TIMEOUT) timeoutMs = /^\d{1,15}$/.test(value) ? Number(value) : undefined;
    else if (lower === AUTH_TOKEN) authToken = value;
    else custom.push([lower, value]);
  }
  if (custom.length > 0) headers.custom = Object.fromEntries(custom);
  return { headers, timeoutMs, authToken, problem: undefined };
};

/** Metadata for a call's headers; undefined when there is nothing to say, so that the packet is a plain one. */
export const metadataOf = (
  headers: PacketHeaders | undefined,
  authToken: string | undefined,
): Readonly<Record<string, string>> | undefined => {
  if (headers === undefined && authToken === undefined) return undefined;
  const entries: [string, string][] = Object.entries(headers?.custom ?? {});
  for (const [name, field] of Object.entries(FIELD)) {
    const value = headers?.[field];
    if (value !== undefined) entries.push([name, value]);
  }
  if (authToken !== undefined) entries.push([AUTH_TOKEN, authToken]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};
