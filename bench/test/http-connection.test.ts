import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { openHttpConnection } from '../src/orders/http-connection.ts';

/** A server that writes these pieces, each in a packet of its own, for every request. */
const answering = async (pieces: readonly string[]): Promise<{ server: Server; port: number }> => {
  const server = createServer((socket: Socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    const answer = async (): Promise<void> => {
      for (const piece of pieces) {
        socket.write(Buffer.from(piece));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    socket.on('data', () => void answer());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
};

const REQUEST = Buffer.from('POST /order HTTP/1.1\r\n\r\n');

test('an answer may come in any pieces, and its length is in bytes', async () => {
  const { server, port } = await answering([
    'HTTP/1.1 201 Cre',
    'ated\r\nContent-Length: 6\r',
    '\n\r\n\uac00',
    '\ub098',
  ]);
  const connection = await openHttpConnection(port, REQUEST);
  await connection.ask(201);
  await connection.ask(201);
  connection.close();
  server.close();
});

test('another status is an error that shows the body, and so is the end of the connection', async () => {
  const { server, port } = await answering(['HTTP/1.1 402 Payment Required\r\ncontent-length: 8\r\n\r\ndeclined']);
  const connection = await openHttpConnection(port, REQUEST);
  await assert.rejects(connection.ask(201), /201 was expected, not 402: declined/);
  connection.close();
  await assert.rejects(connection.ask(201));
  server.close();
});
