import { connect, createServer, type Socket } from 'node:net';
import { Fifo } from '../../lib/fifo.ts';
import type { Target } from '../target.ts';
import { ASKED, lookUp } from '../workload.ts';

/** The sizes our own frames have, so that as many bytes pass; what they say never changes. */
const REQUEST = Buffer.alloc(112, 1);
const RESPONSE = Buffer.alloc(168, 2);

/** Answers in order and knows nothing: what a Node socket can do. */
export const raw: Target = {
  name: 'limit-raw',
  what: 'constant bytes over a bare socket, no codec',
  serve: () =>
    new Promise((resolve) => {
      const server = createServer({ noDelay: true }, (socket) => {
        let held = 0;
        socket.on('error', () => undefined);
        socket.on('data', (chunk) => {
          held += chunk.length;
          const count = Math.floor(held / REQUEST.length);
          held -= count * REQUEST.length;
          if (count > 0) socket.write(Buffer.alloc(count * RESPONSE.length, RESPONSE));
        });
      });
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        resolve({ port, close: async () => void server.close() });
      });
    }),
  connect: (port) =>
    new Promise((resolve, reject) => {
      const waiting = new Fifo<(value: unknown) => void>();
      const answer = lookUp(ASKED.productIds);
      let held = 0;
      const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () =>
        resolve({
          call: () =>
            new Promise((done) => {
              waiting.push(done);
              schedule();
            }),
          close: async () => void socket.destroy(),
        }),
      );
      let gathered = 0;
      const schedule = (): void => {
        gathered += 1;
        if (gathered === 1) process.nextTick(flush);
      };
      const flush = (): void => {
        socket.write(gathered === 1 ? REQUEST : Buffer.alloc(gathered * REQUEST.length, REQUEST));
        gathered = 0;
      };
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        held += chunk.length;
        for (; held >= RESPONSE.length; held -= RESPONSE.length) waiting.shift()?.(answer);
      });
    }),
};
