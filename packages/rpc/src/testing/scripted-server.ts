import { createServer, type Socket } from 'node:net';
import type { RpcError } from '../core/errors.ts';
import { DEFAULT_WIRE_LIMITS } from '../wire/limits.ts';
import { encodeFailure, flagsOf, pushbackOf } from '../wire/native/failure.ts';
import { FRAME, type FrameView } from '../wire/native/frame.ts';
import { FrameDecoder } from '../wire/native/framing.ts';
import { decodePayload, encodePayload } from '../wire/native/payload.ts';
import { type BoundCmds, readCallHead } from '../wire/native/read-call.ts';
import { writeError, writeGoaway, writeResponse } from '../wire/native/write.ts';
import type { Outgoing } from '../wire/outgoing.ts';
import { bytesOf, helloBytes, type SeenFrame } from './raw-frames.ts';
import type { TestScope } from './test-scope.ts';

/** One request as a scripted server sees it, and what it can do about it. */
export interface ScriptedCall {
  readonly cmd: string;
  readonly callId: number;
  readonly input: unknown;
  readonly attempt: number;
  readonly remainingMs: number;
  answer(value: unknown): void;
  fail(error: RpcError): void;
  /** Takes no call above `lastId`. */
  goaway(lastId: number): void;
  /** Sends any bytes at all. */
  send(bytes: Buffer): void;
  /** Resets the connection. */
  reset(): void;
}

/** What a scripted server does beside answering calls. */
export interface ScriptedServerOptions {
  /** Frames that are no calls; their bodies are left out. */
  readonly onFrame?: (frame: SeenFrame) => void;
  /** Whether a greeting is answered with one. Default true. */
  readonly greet?: boolean;
}

/** Where a scripted server listens. */
export interface ScriptedServer {
  /** For `createClient`. */
  readonly target: string;
  readonly port: number;
  /** Connections accepted so far. */
  connections(): number;
}

/**
 * A server of the native wire on a free port of `127.0.0.1`, whose every move a test decides: what an honest one does
 * only by accident. Closed with the test.
 */
export const scriptedServer = async (
  scope: TestScope,
  onCall: (call: ScriptedCall) => void,
  options: ScriptedServerOptions = {},
): Promise<ScriptedServer> => {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    const bound: BoundCmds = new Map();
    const decoder = new FrameDecoder(DEFAULT_WIRE_LIMITS, {
      onFrame: (frame) => {
        const { type, flags, callId, aux } = frame;
        if (type === FRAME.hello && options.greet !== false) socket.write(helloBytes());
        if (type === FRAME.request || type === FRAME.event) onCall(callOf(frame, socket, bound));
        else options.onFrame?.({ type, flags, callId, aux, body: undefined });
      },
    });
    socket.on('data', (chunk) => decoder.feed(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scope.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { port } = address;
  return { target: `tcp://127.0.0.1:${port}`, port, connections: () => connections };
};

const callOf = (frame: FrameView, socket: Socket, bound: BoundCmds): ScriptedCall => {
  const { callId, aux } = frame;
  const { cmd, headers, payloadStart } = readCallHead(frame, bound, DEFAULT_WIRE_LIMITS);
  const write = (fill: (out: Outgoing) => void) => void socket.write(bytesOf(fill));
  return {
    cmd,
    callId,
    input: decodePayload(frame.buffer, payloadStart, frame.end, 64),
    attempt: Number(headers?.attempt ?? 1),
    remainingMs: aux,
    answer: (value) => write((out) => writeResponse(out, callId, 0, encodePayload(value))),
    fail: (error) => write((out) => writeError(out, callId, flagsOf(error), pushbackOf(error), encodeFailure(error))),
    goaway: (lastId) => write((out) => writeGoaway(out, lastId, 0, encodePayload({ reason: 'draining' }))),
    send: (bytes) => void socket.write(bytes),
    reset: () => void socket.resetAndDestroy(),
  };
};
