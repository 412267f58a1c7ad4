import { connect, createServer, type Socket } from 'node:net';
import { Packr } from 'msgpackr';
import { Fifo } from '../../lib/fifo.ts';
import { portOf } from '../../lib/port.ts';
import type { Target } from '../target.ts';

/** Length-prefixed frames in order: nothing but what any RPC over msgpackr has to do. */
const frames = (onFrame: (body: Buffer) => void): ((chunk: Buffer) => void) => {
  let rest: Buffer | undefined;
  return (chunk) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (bytes.length - at >= 4) {
      const end = at + 4 + bytes.readUInt32BE(at);
      if (end > bytes.length) break;
      onFrame(bytes.subarray(at + 4, end));
      at = end;
    }
    rest = at === bytes.length ? undefined : bytes.subarray(at);
  };
};

/** Writes of one tick leave together. */
const gather = (socket: Socket): ((body: Uint8Array) => void) => {
  let parts: Uint8Array[] = [];
  const flush = (): void => {
    const out = Buffer.concat(parts);
    parts = [];
    socket.write(out);
  };
  return (body) => {
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(body.length);
    if (parts.length === 0) process.nextTick(flush);
    parts.push(length, body);
  };
};

const make = (name: string, what: string, options: ConstructorParameters<typeof Packr>[0]): Target => ({
  name,
  what,
  tone: 'limit',
  serve: (workload) =>
    new Promise((resolve) => {
      const server = createServer({ noDelay: true }, (socket) => {
        const packr = new Packr(options);
        const unpackr = new Packr(options);
        const send = gather(socket);
        socket.on('error', () => undefined);
        socket.on(
          'data',
          frames((body) => {
            send(packr.pack(workload.answer(unpackr.unpack(body))));
          }),
        );
      });
      server.listen(0, '127.0.0.1', () => resolve({ port: portOf(server) }));
    }),
  connect: (port, workload) =>
    new Promise((resolve, reject) => {
      const packr = new Packr(options);
      const unpackr = new Packr(options);
      const waiting = new Fifo<(value: unknown) => void>();
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
        const send = gather(socket);
        resolve({
          call: () =>
            new Promise((done) => {
              waiting.push(done);
              send(packr.pack(workload.request));
            }),
        });
      });
      socket.on('error', reject);
      socket.on(
        'data',
        frames((body) => waiting.shift()?.(unpackr.unpack(body))),
      );
    }),
});

/** Key names on the wire, as our own payloads have them. */
export const msgpackrMaps = make('limit-msgpackr', 'length prefix and msgpackr maps, answers in order', {
  useRecords: false,
});
