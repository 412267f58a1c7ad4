import { connect, createServer } from 'node:net';
import { Packr } from 'msgpackr';
import type { Target } from '../../calls/target.ts';
import { Fifo } from '../../lib/fifo.ts';
import { gatheredWrites } from '../../lib/gathered-writes.ts';
import { portOf } from '../../lib/port.ts';

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

type Options = ConstructorParameters<typeof Packr>[0];

/**
 * @param options makes the options of one codec. Records are known by number once both sides have seen them, so each
 * direction of each connection has a codec of its own, and each codec an object of its own: msgpackr keeps the
 * structures it learns in the very object it is given, and two codecs that share it take one's numbers for the other's.
 */
const make = (name: string, what: string, options: () => Options): Target => ({
  name,
  what,
  tone: 'limit',
  serve: (workload) =>
    new Promise((resolve) => {
      const server = createServer({ noDelay: true }, (socket) => {
        const packr = new Packr(options());
        const unpackr = new Packr(options());
        const send = framed(gatheredWrites(socket));
        socket.on('error', () => undefined);
        socket.on(
          'data',
          frames((body) => send(packr.pack(workload.answer(unpackr.unpack(body))))),
        );
      });
      server.listen(0, '127.0.0.1', () => resolve({ port: portOf(server) }));
    }),
  connect: (port, workload) =>
    new Promise((resolve, reject) => {
      const packr = new Packr(options());
      const unpackr = new Packr(options());
      const waiting = new Fifo<(value: unknown) => void>();
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => {
        const send = framed(gatheredWrites(socket));
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
export const msgpackrMaps = make('limit-msgpackr', 'length prefix and msgpackr maps, answers in order', () => ({
  useRecords: false,
}));

/** Keys once a connection, then numbers; not safe against a hostile peer, who may make the reader build code. */
export const msgpackrRecords = make(
  'limit-msgpackr-records',
  'length prefix and msgpackr records (keys once a connection), answers in order',
  () => ({ sequential: true }),
);
