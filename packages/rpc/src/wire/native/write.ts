import type { Outgoing } from '../outgoing.ts';
import { AT, FLAG, FRAME, HEADER_BYTES, MAGIC, VERSION } from './frame.ts';
import { type CallHeaders, headerBlockBytes, writeHeaders } from './header-block.ts';

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
  const { block } = out;
  block.writeUInt32BE(payload?.length ?? 0, at + AT.bodyBytes);
  block[at + AT.type] = type;
  block[at + AT.flags] = flags;
  block.writeUInt16BE(0, at + AT.cmd);
  block.writeUInt32BE(callId, at + AT.callId);
  block.writeUInt32BE(aux, at + AT.aux);
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

/** Body layout: header block (u16 length, entries) if flagged, name (u16 length, UTF-8) if flagged, payload. */
export const writeCall = (out: Outgoing, call: CallFrame, payload: Uint8Array): void => {
  const { cmd, headers } = call;
  const headerBytes = headers === undefined ? 0 : headerBlockBytes(headers);
  const headerPart = headerBytes === 0 ? 0 : 2 + headerBytes;
  const namePart = cmd.name === undefined ? 0 : 2 + cmd.name.length;
  const flags = call.flags | (headerPart === 0 ? 0 : FLAG.headers) | (cmd.name === undefined ? 0 : FLAG.bind);
  const at = out.reserve(HEADER_BYTES + headerPart + namePart);
  const { block } = out;
  block.writeUInt32BE(headerPart + namePart + payload.length, at + AT.bodyBytes);
  block[at + AT.type] = call.type;
  block[at + AT.flags] = flags;
  block.writeUInt16BE(cmd.number, at + AT.cmd);
  block.writeUInt32BE(call.callId, at + AT.callId);
  block.writeUInt32BE(call.remainingMs, at + AT.aux);
  let end = at + HEADER_BYTES;
  if (headers !== undefined && headerPart > 0) {
    block.writeUInt16BE(headerBytes, end);
    end = writeHeaders(block, end + 2, headers);
  }
  if (cmd.name !== undefined) {
    block.writeUInt16BE(cmd.name.length, end);
    block.set(cmd.name, end + 2);
  }
  out.append(payload);
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
