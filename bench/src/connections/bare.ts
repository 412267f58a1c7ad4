import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from '../lib/port.ts';
import { type Holding, inBatches } from './holding.ts';

/** As little as a connection can be and still answer: what Node itself holds for it, and nothing of ours. */
export const bare: Holding = {
  serve: () =>
    new Promise((resolve) => {
      const server = createServer((socket) => {
        socket.on('error', ignore);
        socket.on('data', echo);
      });
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => resolve({ port: portOf(server) }));
    }),
  open: (port, count) =>
    inBatches(count, async () => {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.on('error', ignore);
      socket.write('x');
      await once(socket, 'data');
      return socket;
    }),
};

const ignore = (): void => undefined;

function echo(this: Socket, chunk: Buffer): void {
  this.write(chunk);
}
