import { connect, createServer } from 'node:net';
import type { Target } from '../calls/target.ts';
import { portOf } from '../lib/port.ts';

/** As little as a socket can be and still answer: what Node itself holds for a connection. */
export const bare: Target = {
  name: 'limit-socket',
  what: 'a bare net.Socket at both ends that sends back what it gets',
  tone: 'limit',
  serve: () =>
    new Promise((resolve) => {
      const server = createServer((socket) => {
        socket.on('error', ignore);
        socket.on('data', echo);
      });
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => resolve({ port: portOf(server) }));
    }),
  connect: (port) =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1' }, () =>
        resolve({
          call: () =>
            new Promise((answered) => {
              socket.once('data', answered);
              socket.write('x');
            }),
        }),
      );
      socket.on('error', reject);
    }),
};

const ignore = (): void => undefined;

function echo(this: { write(chunk: Buffer): void }, chunk: Buffer): void {
  this.write(chunk);
}
