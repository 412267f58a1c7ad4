import type { Outgoing } from '../outgoing.ts';
import { AT, FLAG, FRAME, HEADER_BYTES, MAGIC, VERSION } from './frame.ts';
import { type CallHeaders, headerBlockBytes, writeHeaders } from './header-block.ts';
import { MISFITS, NO_ROOM, type PositionalCodec } from './positional/codec.ts';

/** The fixed header at an offset of a block. */
const writeHeader = (
  block: Buffer,
  at: number,
  type: number,
  flags: number,
  cmd: number,
  callId: number,
  aux: number,
  bodyBytes: number,
): void => {
  block.writeUInt32BE(bodyBytes, at + AT.bodyBytes);
  block[at + AT.type] = type;
  block[at + AT.flags] = flags;
  block[at + AT.cmd] = cmd >> 8;
  block[at + AT.cmd + 1] = cmd;
  block.writeUInt32BE(callId, at + AT.callId);
  block.writeUInt32BE(aux, at + AT.aux);
};

/** Writes a frame whose body is just a payload, or nothing. */
export const writeFrame = (
  out: Outgoing,
  type: number,
  flags: number,
  callId: number,
  aux: number,
  payload: Uint8Array | undefined,
): void => {
  const at = out.reserve(HEADER_BYTES);
  writeHeader(out.block, at, type, flags, 0, callId, aux, payload?.length ?? 0);
  if (payload !== undefined) out.append(payload);
};

export const writeHello = (out: Outgoing, payload: Uint8Array): void =>
  writeFrame(out, FRAME.hello, 0, MAGIC, VERSION, payload);

/** A command on a connection: its number, or its name with the number it is to have (0: none left to give). */
export interface CmdRef {
  readonly number: number;
  /** UTF-8 name; present until the peer has been told. */
  readonly name: Buffer | undefined;
}

/** What a REQUEST or an EVENT carries beside its payload. */
export interface CallFrame {
  readonly type: typeof FRAME.request | typeof FRAME.event;
  readonly flags: number;
  readonly callId: number;
  readonly remainingMs: number;
  readonly cmd: CmdRef;
  readonly headers: CallHeaders | undefined;
}

/** Bytes of the body in front of the payload: header block (u16 length, entries) if any, name (u16 length, UTF-8) if any. */
const prefixBytes = ({ cmd, headers }: CallFrame): number => {
  const headerBytes = headers === undefined ? 0 : headerBlockBytes(headers);
  return (headerBytes === 0 ? 0 : 2 + headerBytes) + (cmd.name === undefined ? 0 : 2 + cmd.name.length);
};

const writePrefix = (block: Buffer, from: number, { cmd, headers }: CallFrame): number => {
  let at = from;
  let flags = 0;
  const headerBytes = headers === undefined ? 0 : headerBlockBytes(headers);
  if (headers !== undefined && headerBytes > 0) {
    block.writeUInt16BE(headerBytes, at);
    at = writeHeaders(block, at + 2, headers);
    flags |= FLAG.headers;
  }
  if (cmd.name !== undefined) {
    block.writeUInt16BE(cmd.name.length, at);
    block.set(cmd.name, at + 2);
    flags |= FLAG.bind;
  }
  return flags;
};

export const writeCall = (out: Outgoing, call: CallFrame, payload: Uint8Array): void => {
  const prefix = prefixBytes(call);
  const at = out.reserve(HEADER_BYTES + prefix);
  const { block } = out;
  const flags = call.flags | (prefix === 0 ? 0 : writePrefix(block, at + HEADER_BYTES, call));
  writeHeader(block, at, call.type, flags, call.cmd.number, call.callId, call.remainingMs, prefix + payload.length);
  out.append(payload);
};

/**
 * Writes a call whose payload the contract lays out, straight into the block. False, and nothing is written, when the
 * value is not of the contract's shape or longer than `maxBodyBytes`: then it is a matter of `writeCall`.
 */
export const writePositionalCall = (
  out: Outgoing,
  call: CallFrame,
  codec: PositionalCodec,
  value: unknown,
  maxBodyBytes: number,
): boolean => {
  const prefix = prefixBytes(call);
  const end = writeValue(out, HEADER_BYTES + prefix, codec, value, maxBodyBytes - prefix);
  if (end < 0) return false;
  const at = out.room(0);
  const { block } = out;
  const flags = FLAG.positional | call.flags | (prefix === 0 ? 0 : writePrefix(block, at + HEADER_BYTES, call));
  writeHeader(block, at, call.type, flags, call.cmd.number, call.callId, call.remainingMs, end - at - HEADER_BYTES);
  out.commit(end);
  return true;
};

/** As {@link writePositionalCall}, for an answer. */
export const writePositionalResponse = (
  out: Outgoing,
  callId: number,
  codec: PositionalCodec,
  value: unknown,
  maxBodyBytes: number,
): boolean => {
  const end = writeValue(out, HEADER_BYTES, codec, value, maxBodyBytes);
  if (end < 0) return false;
  const at = out.room(0);
  writeHeader(out.block, at, FRAME.response, FLAG.positional, 0, callId, 0, end - at - HEADER_BYTES);
  out.commit(end);
  return true;
};

const FIRST_ROOM_BYTES = 512;

/** Writes a value `before` bytes behind where the next frame begins; answers where it ends, or a number below 0. */
const writeValue = (
  out: Outgoing,
  before: number,
  codec: PositionalCodec,
  value: unknown,
  maxBytes: number,
): number => {
  for (let bytes = FIRST_ROOM_BYTES; ; bytes *= 8) {
    const from = out.room(before + Math.min(bytes, maxBytes)) + before;
    const { block } = out;
    let end = MISFITS;
    let isWhole = false;
    out.lend();
    try {
      end = codec.write(value, block, from, Math.min(block.length, from + maxBytes));
    } finally {
      isWhole = out.takeBack();
    }
    // The value's own code had something sent: written once more, by name, it is behind that.
    if (!isWhole) return MISFITS;
    if (end !== NO_ROOM || bytes >= maxBytes) return end;
  }
};

export const writeResponse = (out: Outgoing, callId: number, flags: number, payload: Uint8Array): void =>
  writeFrame(out, FRAME.response, flags, callId, 0, payload);

export const writeError = (out: Outgoing, callId: number, flags: number, pushback: number, payload: Uint8Array): void =>
  writeFrame(out, FRAME.error, flags, callId, pushback, payload);

export const writeCancel = (out: Outgoing, callId: number): void =>
  writeFrame(out, FRAME.cancel, 0, callId, 0, undefined);

export const writePing = (out: Outgoing, token: number): void => writeFrame(out, FRAME.ping, 0, token, 0, undefined);

export const writePong = (out: Outgoing, token: number): void => writeFrame(out, FRAME.pong, 0, token, 0, undefined);

/** `lastId`: the last call that will be answered; `graceMs`: how long the sender will keep the connection. */
export const writeGoaway = (out: Outgoing, lastId: number, graceMs: number, payload: Uint8Array): void =>
  writeFrame(out, FRAME.goaway, 0, lastId, Math.min(Math.ceil(graceMs), 0xffffffff), payload);
