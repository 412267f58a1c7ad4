import { connect, createServer, type Socket } from 'node:net';
import type { Target } from '../../calls/target.ts';
import { Fifo } from '../../lib/fifo.ts';
import { portOf } from '../../lib/port.ts';
import { frameBytes } from './frame-bytes.ts';

/** Up to here one buffer of many frames is cheaper than a vector of them. */
const COPY_BYTES = 64 * 1024;

/** The same frame so many times. */
const repeat = (socket: Socket, frame: Buffer, count: number): void => {
  if (count === 1) socket.write(frame);
  else if (count * frame.length <= COPY_BYTES) socket.write(Buffer.alloc(count * frame.length, frame));
  else {
    socket.cork();
    for (let sent = 0; sent < count; sent += 1) socket.write(frame);
    socket.uncork();
  }
};

/** Answers in order and knows nothing: what a Node socket can do. */
export const raw: Target = {
  name: 'limit-raw',
  what: 'constant bytes over a bare socket, as many as our frames have; no codec',
  tone: 'limit',
  serve: (workload) =>
    new Promise((resolve) => {
      const requestBytes = frameBytes(workload.request);
      const response = Buffer.alloc(frameBytes(workload.answer(workload.request)), 2);
      const server = createServer({ noDelay: true }, (socket) => {
        let held = 0;
        socket.on('error', () => undefined);
        socket.on('data', (chunk) => {
          held += chunk.length;
          const count = Math.floor(held / requestBytes);
          held -= count * requestBytes;
          if (count > 0) repeat(socket, response, count);
        });
      });
      server.listen(0, '127.0.0.1', () => resolve({ port: portOf(server) }));
    }),
  connect: (port, workload) =>
    new Promise((resolve, reject) => {
      const request = Buffer.alloc(frameBytes(workload.request), 1);
      const answer = workload.answer(workload.request);
      const responseBytes = frameBytes(answer);
      const waiting = new Fifo<(value: unknown) => void>();
      let held = 0;
      let gathered = 0;
      const flush = (): void => {
        repeat(socket, request, gathered);
        gathered = 0;
      };
      const call = (): Promise<unknown> =>
        new Promise((done) => {
          waiting.push(done);
          gathered += 1;
          if (gathered === 1) process.nextTick(flush);
        });
      const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve({ call }));
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        held += chunk.length;
        for (; held >= responseBytes; held -= responseBytes) waiting.shift()?.(answer);
      });
    }),
};
