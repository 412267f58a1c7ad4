import { ProtocolError } from '../protocol-error.ts';

/** What travels beside a payload. Known names are one byte on the wire; `custom` holds the rest. */
export interface CallHeaders {
  correlationId?: string | undefined;
  traceparent?: string | undefined;
  tracestate?: string | undefined;
  idempotencyKey?: string | undefined;
  /** Decimal; absent for a first attempt. */
  attempt?: string | undefined;
  custom?: Readonly<Record<string, string>> | undefined;
}

/** Numbers of known headers; 0 announces a name of the caller's. */
const NUMBER = { correlationId: 1, traceparent: 2, tracestate: 3, idempotencyKey: 4, attempt: 5 } as const;
const KNOWN = ['', 'correlationId', 'traceparent', 'tracestate', 'idempotencyKey', 'attempt'] as const;

/** A name's length is one byte on the wire. */
const MAX_NAME_BYTES = 255;

const entryBytes = (value: string): number => 3 + Buffer.byteLength(value);

/** Bytes {@link writeHeaders} will write behind the block's own length. */
export const headerBlockBytes = (headers: CallHeaders): number => {
  let bytes = 0;
  if (headers.correlationId !== undefined) bytes += entryBytes(headers.correlationId);
  if (headers.traceparent !== undefined) bytes += entryBytes(headers.traceparent);
  if (headers.tracestate !== undefined) bytes += entryBytes(headers.tracestate);
  if (headers.idempotencyKey !== undefined) bytes += entryBytes(headers.idempotencyKey);
  if (headers.attempt !== undefined) bytes += entryBytes(headers.attempt);
  if (headers.custom !== undefined) {
    for (const name of Object.keys(headers.custom)) {
      bytes += 1 + Buffer.byteLength(name) + entryBytes(headers.custom[name] ?? '');
    }
  }
  return bytes;
};

/** What the block cannot express about headers of the caller's own, or what the peer would refuse the connection for. */
export const headersProblem = (headers: CallHeaders, maxHeaders: number): string | undefined => {
  const names = Object.keys(headers.custom ?? {});
  let count = names.length;
  for (const name of KNOWN) if (name !== '' && headers[name] !== undefined) count += 1;
  if (count > maxHeaders) return `it has ${count} headers, over maxHeaders ${maxHeaders}`;
  const long = names.find((name) => Buffer.byteLength(name) > MAX_NAME_BYTES);
  return long && `header name of ${Buffer.byteLength(long)} bytes is over ${MAX_NAME_BYTES}`;
};

const writeValue = (block: Buffer, at: number, value: string): number => {
  const written = block.write(value, at + 2);
  block.writeUInt16BE(written, at);
  return at + 2 + written;
};

const writeKnown = (block: Buffer, at: number, number: number, value: string | undefined): number => {
  if (value === undefined) return at;
  block[at] = number;
  return writeValue(block, at + 1, value);
};

/** Writes the block, without its length, at `at`; answers the offset behind it. */
export const writeHeaders = (block: Buffer, at: number, headers: CallHeaders): number => {
  let end = writeKnown(block, at, NUMBER.correlationId, headers.correlationId);
  end = writeKnown(block, end, NUMBER.traceparent, headers.traceparent);
  end = writeKnown(block, end, NUMBER.tracestate, headers.tracestate);
  end = writeKnown(block, end, NUMBER.idempotencyKey, headers.idempotencyKey);
  end = writeKnown(block, end, NUMBER.attempt, headers.attempt);
  if (headers.custom === undefined) return end;
  for (const name of Object.keys(headers.custom)) {
    block[end] = 0;
    const nameBytes = block.write(name, end + 2);
    block[end + 1] = nameBytes;
    end = writeValue(block, end + 2 + nameBytes, headers.custom[name] ?? '');
  }
  return end;
};

/** @throws {ProtocolError} an entry that leaves the block, or more than `maxHeaders`. Unknown numbers are skipped. */
export const readHeaders = (buffer: Buffer, start: number, end: number, maxHeaders: number): CallHeaders => {
  const headers: CallHeaders = {};
  let custom: Record<string, string> | undefined;
  let count = 0;
  let at = start;
  while (at < end) {
    count += 1;
    if (count > maxHeaders) throw new ProtocolError(`call has more headers than maxHeaders ${maxHeaders}`);
    const number = buffer[at] ?? 0;
    at += 1;
    let name = '';
    if (number === 0) {
      const nameEnd = at + 1 + (at < end ? (buffer[at] ?? 0) : 0);
      if (nameEnd > end) throw new ProtocolError('header name leaves the header block');
      name = buffer.toString('utf8', at + 1, nameEnd);
      at = nameEnd;
    }
    if (at + 2 > end) throw new ProtocolError('header value leaves the header block');
    const valueEnd = at + 2 + buffer.readUInt16BE(at);
    if (valueEnd > end) throw new ProtocolError('header value leaves the header block');
    const value = buffer.toString('utf8', at + 2, valueEnd);
    at = valueEnd;
    if (number === 0) {
      custom ??= Object.create(null) as Record<string, string>;
      custom[name] = value;
    } else {
      const known = KNOWN[number];
      if (known !== undefined && known !== '') headers[known] = value;
    }
  }
  if (custom !== undefined) headers.custom = custom;
  return headers;
};
