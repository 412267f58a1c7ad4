import { SEED_ORDER } from '@shop/stack';
import { answerQuestions } from '../lib/process/answer.ts';
import { openHttpConnection } from './http-connection.ts';
import { type Load, placeOrders } from './load.ts';

// The customers of the shop: each has a connection of its own and places its next order when the last is paid.
const { HTTP_PORT: port, TOKEN: token } = process.env;

const body = JSON.stringify(SEED_ORDER);
const request = Buffer.from(
  [
    'POST /order HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n'),
);

answerQuestions(async (load: Load) => {
  const open = Array.from({ length: load.inFlight }, () => openHttpConnection(Number(port), request));
  const connections = await Promise.all(open);
  const free = [...connections];
  try {
    return await placeOrders(async () => {
      const connection = free.pop();
      if (connection === undefined) throw new Error('more orders under way than connections');
      await connection.ask(201);
      free.push(connection);
    }, load);
  } finally {
    for (const connection of connections) connection.close();
  }
});
