import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { it, type TestContext } from 'node:test';
import { deserialize, serialize } from 'bson';
import type { EmbeddedMongo } from '../src/index.ts';
import { connect, startServer } from './support.ts';

function header(length: number, opCode: number, requestId = 1): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeInt32LE(length, 0);
  bytes.writeInt32LE(requestId, 4);
  bytes.writeInt32LE(opCode, 12);
  return bytes;
}

function message(body: Buffer, opCode = 2013): Buffer {
  return Buffer.concat([header(16 + body.byteLength, opCode), body]);
}

function opMsg(document: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32LE(flags, 0);
  return message(Buffer.concat([head, document]));
}

/** Documents one in another, written by hand because the encoder itself would run out of stack. */
function nested(depth: number): Buffer {
  const bytes = Buffer.alloc(5 + 8 * depth);
  for (let i = 0; i <= depth; i++) {
    bytes.writeInt32LE(5 + 8 * (depth - i), 7 * i);
    if (i < depth) bytes.set([3, 0x61, 0], 7 * i + 4);
  }
  return bytes;
}

const PING = serialize({ ping: 1, $db: 'admin' });
const garbledString = Buffer.from(serialize({ ping: 'abc', $db: 'admin' }));
garbledString.writeInt32LE(1_000_000, 10);
const negativeString = Buffer.from(serialize({ ping: 'abc', $db: 'admin' }));
negativeString.writeInt32LE(-1, 10);
const unknownType = Buffer.from(PING);
unknownType[4] = 0x42;
const sequence = (size: number): Buffer => {
  const bytes = Buffer.alloc(9 + 1 + 4);
  bytes[4] = 1;
  bytes.writeInt32LE(size, 5);
  return message(bytes);
};

const CLOSED_BY: Readonly<Record<string, Buffer>> = {
  'a length of zero': header(0, 2013),
  'a length below the header': header(15, 2013),
  'a negative length': header(-1, 2013),
  'a huge length': header(0x7fffffff, 2013),
  'a length just above the limit': header(48_000_001, 2013),
  'an unknown opcode': message(Buffer.alloc(8), 1234),
  'a compressed message, which was not agreed on': message(Buffer.alloc(16), 2012),
  'OP_MSG without flags': message(Buffer.alloc(2)),
  'OP_MSG with unknown flags': opMsg(PING, 4),
  'OP_MSG without a section': message(Buffer.alloc(4)),
  'OP_MSG with two commands': message(Buffer.concat([Buffer.alloc(5), PING, Buffer.alloc(1), PING])),
  'OP_MSG with an unknown section': message(Buffer.concat([Buffer.alloc(4), Buffer.from([9]), PING])),
  'a document that claims more bytes than there are': opMsg(
    Buffer.concat([Buffer.from([255, 0, 0, 0]), PING.subarray(4)]),
  ),
  'a document that claims fewer bytes than it has': opMsg(Buffer.concat([Buffer.from([6, 0, 0, 0]), PING.subarray(4)])),
  'a string that reaches beyond its document': opMsg(garbledString),
  'a string of negative length': opMsg(negativeString),
  'an unknown BSON type': opMsg(unknownType),
  'a document sequence of negative size': sequence(-5),
  'a document sequence beyond its message': sequence(10_000),
  'a legacy query on a collection': message(
    Buffer.concat([Buffer.alloc(4), Buffer.from('shop.orders\0'), Buffer.alloc(8), PING]),
    2004,
  ),
  'a legacy query that is cut off': message(Buffer.alloc(5, 1), 2004),
  'an HTTP request': Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
};

async function open(t: TestContext, server: EmbeddedMongo): Promise<Socket> {
  const socket = connectSocket(server.port, '127.0.0.1');
  t.after(() => socket.destroy());
  // A reset is as good as an end here.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function firstReply(socket: Socket): Promise<ReturnType<typeof deserialize>> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    if (bytes.byteLength >= 4 && bytes.byteLength >= bytes.readInt32LE(0)) break;
  }
  return deserialize(bytes.subarray(21));
}

it('closes only the connection that sends bytes which are not the protocol', async (t) => {
  const server = await startServer(t);
  const client = connect(t, server.uri);
  await client.db('shop').command({ ping: 1 });
  for (const [name, bytes] of Object.entries(CLOSED_BY)) {
    const socket = await open(t, server);
    const closed = once(socket, 'close');
    socket.resume();
    socket.write(bytes);
    await closed;
    assert.equal((await client.db('shop').command({ ping: 1 })).ok, 1, name);
  }
});

it('answers a document nested too deep with an error and keeps the connection', async (t) => {
  const server = await startServer(t);
  for (const depth of [181, 100_000]) {
    const socket = await open(t, server);
    socket.write(opMsg(nested(depth)));
    const reply = await firstReply(socket);
    assert.equal(reply.code, 15);
    assert.match(reply.errmsg, /depth: 180/);
  }
});

it('reads a message that arrives byte by byte', async (t) => {
  const server = await startServer(t);
  const socket = await open(t, server);
  for (const byte of opMsg(PING)) socket.write(Uint8Array.of(byte));
  assert.equal((await firstReply(socket)).ok, 1);
});

it('answers pipelined messages in their order', async (t) => {
  const server = await startServer(t);
  const socket = await open(t, server);
  const count = 300;
  socket.write(Buffer.concat(Array.from({ length: count }, () => opMsg(PING))));
  let received = 0;
  for await (const chunk of socket) {
    received += (chunk as Buffer).byteLength;
    if (received >= count * (21 + serialize({ ok: 1 }).byteLength)) break;
  }
  assert.equal(received, count * (21 + serialize({ ok: 1 }).byteLength));
});

it('ignores the checksum it is given', async (t) => {
  const server = await startServer(t);
  const socket = await open(t, server);
  const flags = Buffer.from([1, 0, 0, 0, 0]);
  socket.write(message(Buffer.concat([flags, PING, Buffer.from([1, 2, 3, 4])])));
  assert.equal((await firstReply(socket)).ok, 1);
});

it('closes a connection whose message does not arrive completely in time', async (t) => {
  const server = await startServer(t, { limits: { partialMessageTimeoutMs: 50 } });
  const socket = await open(t, server);
  const closed = once(socket, 'close');
  socket.resume();
  socket.write(opMsg(PING).subarray(0, 20));
  await closed;
});

it('refuses connections above the limit and serves the others', async (t) => {
  const server = await startServer(t, { limits: { maxConnections: 2 } });
  const first = await open(t, server);
  const second = await open(t, server);
  const third = await open(t, server);
  const closed = once(third, 'close');
  third.resume();
  await closed;
  for (const socket of [first, second]) {
    socket.write(opMsg(PING));
    assert.equal((await firstReply(socket)).ok, 1);
  }
});

it('lives on through random bytes', async (t) => {
  const server = await startServer(t);
  const client = connect(t, server.uri);
  let state = 12_345;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  for (let round = 0; round < 200; round++) {
    const bytes = Buffer.from(opMsg(serialize({ find: 'c', filter: { a: { $in: [1, 'x', null] } }, $db: 'shop' })));
    for (let i = 0; i < 3; i++) bytes[16 + (next() % (bytes.byteLength - 16))] = next() % 256;
    const socket = await open(t, server);
    socket.resume();
    socket.end(bytes);
    await once(socket, 'close');
  }
  assert.equal((await client.db('shop').command({ ping: 1 })).ok, 1);
});
