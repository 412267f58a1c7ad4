import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { RpcError } from 'cmdrpc';
import { DEFAULT_WIRE_LIMITS } from '../src/wire/limits.ts';
import { encodeFailure, flagsOf, pushbackOf } from '../src/wire/native/failure.ts';
import { FRAME } from '../src/wire/native/frame.ts';
import { FrameDecoder } from '../src/wire/native/framing.ts';
import { encodeHello } from '../src/wire/native/hello.ts';
import { decodePayload, encodePayload } from '../src/wire/native/payload.ts';
import { type BoundCmds, readCallHead } from '../src/wire/native/read-call.ts';
import {
  type CallFrame,
  writeCall,
  writeError,
  writeFrame,
  writeGoaway,
  writeHello,
  writeResponse,
} from '../src/wire/native/write.ts';
import { Outgoing } from '../src/wire/outgoing.ts';

export interface SeenFrame {
  readonly type: number;
  readonly flags: number;
  readonly callId: number;
  readonly aux: number;
  readonly body: unknown;
}

const bytesOf = (write: (out: Outgoing) => void): Buffer => {
  const out = new Outgoing();
  write(out);
  return Buffer.concat(out.take());
};

export const helloBytes = (fields: { readonly authToken?: string; readonly maxFrameBytes?: number } = {}): Buffer =>
  bytesOf((out) =>
    writeHello(out, encodeHello({ versions: [1], name: 'raw', features: [], maxFrameBytes: 1 << 22, ...fields })),
  );

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

/** A client that says whatever a test wants to a server. */
export interface RawPeer {
  readonly socket: Socket;
  readonly frames: SeenFrame[];
  readonly closed: boolean;
  /** Everything received, as it came. */
  readonly bytes: () => Buffer;
  send(...parts: readonly (Buffer | string)[]): void;
}

export const rawPeer = (t: TestContext, port: number): Promise<RawPeer> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    t.after(() => socket.destroy());
    const frames: SeenFrame[] = [];
    const chunks: Buffer[] = [];
    let closed = false;
    const decoder = new FrameDecoder({ maxFrameBytes: 1 << 28, maxHelloBytes: 1 << 20 }, (frame) => {
      const { type, flags, callId, aux, buffer, start, end } = frame;
      frames.push({ type, flags, callId, aux, body: decodePayload(buffer, start, end, 64) });
    });
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      decoder.feed(chunk);
    });
    socket.on('close', () => {
      closed = true;
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // A server that hangs up on a rude peer may do so with a reset.
      socket.on('error', () => undefined);
      resolve({
        socket,
        frames,
        get closed() {
          return closed;
        },
        bytes: () => Buffer.concat(chunks),
        send: (...parts) => void socket.write(Buffer.concat(parts.map((part) => Buffer.from(part)))),
      });
    });
  });

/** One request as a scripted server sees it, and what it can do about it. */
export interface ScriptedCall {
  readonly cmd: string;
  readonly callId: number;
  readonly input: unknown;
  readonly attempt: number;
  readonly remainingMs: number;
  answer(value: unknown): void;
  fail(error: RpcError): void;
  goaway(lastId: number): void;
  /** Resets the connection. */
  reset(): void;
}

/** A server whose every move a test decides: what an honest one does only by accident. */
export const scriptedServer = async (
  t: TestContext,
  onCall: (call: ScriptedCall) => void,
  options: { readonly onFrame?: (frame: SeenFrame) => void; readonly greet?: boolean } = {},
): Promise<{ readonly target: string; readonly connections: () => number }> => {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const bound: BoundCmds = new Map();
    const write = (fill: (out: Outgoing) => void) => void socket.write(bytesOf(fill));
    const decoder = new FrameDecoder(DEFAULT_WIRE_LIMITS, (frame) => {
      const { type, flags, callId, aux } = frame;
      if (type === FRAME.hello && options.greet !== false) socket.write(helloBytes());
      if (type !== FRAME.request && type !== FRAME.event) {
        options.onFrame?.({ type, flags, callId, aux, body: undefined });
        return;
      }
      const { cmd, headers, payloadStart } = readCallHead(frame, bound, DEFAULT_WIRE_LIMITS);
      onCall({
        cmd,
        callId,
        input: decodePayload(frame.buffer, payloadStart, frame.end, 64),
        attempt: Number(headers?.attempt ?? 1),
        remainingMs: aux,
        answer: (value) => write((out) => writeResponse(out, callId, 0, encodePayload(value))),
        fail: (error) =>
          write((out) => writeError(out, callId, flagsOf(error), pushbackOf(error), encodeFailure(error))),
        goaway: (lastId) => write((out) => writeGoaway(out, lastId, 0, encodePayload({ reason: 'draining' }))),
        reset: () => socket.resetAndDestroy(),
      });
    });
    socket.on('data', (chunk) => decoder.feed(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { target: `tcp://127.0.0.1:${address.port}`, connections: () => connections };
};

export { FRAME, RpcError };
