import { connect, createServer } from 'node:net';
import type { Target } from '../../calls/target.ts';
import { Fifo } from '../../lib/fifo.ts';
import { gatheredWrites } from '../../lib/gathered-writes.ts';
import { portOf } from '../../lib/port.ts';

/** How values become bytes; one for each direction of each connection, since a codec may learn from what it sees. */
export interface Codec {
  encode(value: unknown): Uint8Array;
  decode(body: Buffer): unknown;
}

const PREFIX_BYTES = 4;

/** Length-prefixed frames in order: nothing but what any RPC over msgpackr has to do. */
const frames = (onFrame: (body: Buffer) => void): ((chunk: Buffer) => void) => {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let wantedBytes = PREFIX_BYTES;
  return (chunk) => {
    heldBytes += chunk.length;
    held.push(chunk);
    if (heldBytes < wantedBytes) return;
    const bytes = held.length === 1 ? chunk : Buffer.concat(held, heldBytes);
    let at = 0;
    wantedBytes = PREFIX_BYTES;
    while (bytes.length - at >= PREFIX_BYTES) {
      const frameBytes = PREFIX_BYTES + bytes.readUInt32BE(at);
      if (bytes.length - at < frameBytes) {
        wantedBytes = frameBytes;
        break;
      }
      onFrame(bytes.subarray(at + PREFIX_BYTES, at + frameBytes));
      at += frameBytes;
    }
    held = at === bytes.length ? [] : [bytes.subarray(at)];
    heldBytes = bytes.length - at;
  };
};

const framed = (write: (part: Uint8Array) => void): ((body: Uint8Array) => void) => {
  return (body) => {
    const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
    prefix.writeUInt32BE(body.length);
    write(prefix);
    write(body);
  };
};

/** A length prefix and a codec, answers in order: what any RPC with that codec has to do, and no more. */
export const framedLimit = (about: Pick<Target, 'name' | 'what' | 'workloads'>, codec: () => Codec): Target => ({
  ...about,
  tone: 'limit',
  serve: (workload) =>
    new Promise((resolve) => {
      const server = createServer({ noDelay: true }, (socket) => {
        const { encode } = codec();
        const { decode } = codec();
        const send = framed(gatheredWrites(socket));
        socket.on('error', () => undefined);
        socket.on(
          'data',
          frames((body) => send(encode(workload.answer(decode(body))))),
        );
      });
      server.listen(0, '127.0.0.1', () => resolve({ port: portOf(server) }));
    }),
  connect: (port, workload) =>
    new Promise((resolve, reject) => {
      const { encode } = codec();
      const { decode } = codec();
      const waiting = new Fifo<(value: unknown) => void>();
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
        const send = framed(gatheredWrites(socket));
        resolve({
          call: () =>
            new Promise((done) => {
              waiting.push(done);
              send(encode(workload.request));
            }),
        });
      });
      socket.on('error', reject);
      socket.on(
        'data',
        frames((body) => waiting.shift()?.(decode(body))),
      );
    }),
});
