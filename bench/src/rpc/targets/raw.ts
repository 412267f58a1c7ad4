import { connect, createServer, type Socket } from 'node:net';
import { Fifo } from '../../lib/fifo.ts';
import { portOf } from '../../lib/port.ts';
import type { Target } from '../target.ts';
import { frameBytes } from './frame-bytes.ts';

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
          if (count === 1) socket.write(response);
          else if (count > 0) socket.write(Buffer.alloc(count * response.length, response));
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
      const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () =>
        resolve({
          call: () =>
            new Promise((done) => {
              waiting.push(done);
              schedule();
            }),
        }),
      );
      let gathered = 0;
      const schedule = (): void => {
        gathered += 1;
        if (gathered === 1) process.nextTick(flush);
      };
      const flush = (): void => {
        socket.write(gathered === 1 ? request : Buffer.alloc(gathered * request.length, request));
        gathered = 0;
      };
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        held += chunk.length;
        for (; held >= responseBytes; held -= responseBytes) waiting.shift()?.(answer);
      });
    }),
};
