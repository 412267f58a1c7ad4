import assert from 'node:assert/strict';
import { createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import { callBytes, FRAME, frameBytes, helloBytes, type RawPeer, rawPeer } from 'cmdrpc/testing';
import { connect, gate, listening, serve, until } from './fixture.ts';

const header = (bodyBytes: number, type: number, callId: number): Buffer => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32BE(bodyBytes, 0);
  bytes[4] = type;
  bytes.writeUInt32BE(callId, 8);
  return bytes;
};

const TLS_HELLO = Buffer.from('16030100c8010000c40303', 'hex');

test('strangers are shown the door and the server lives', async (t) => {
  const logger = listening();
  const { server, port, target } = await serve(t, {}, { logger });
  const client = connect(t, target);
  await client.$.ready();
  const strangers: [name: string, ...parts: (Buffer | string)[]][] = [
    ['HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['TLS', TLS_HELLO, Buffer.alloc(200)],
    ['text', 'hello there, is anybody home?\n'],
    ['zeros', Buffer.alloc(64)],
    ['ones', Buffer.alloc(64, 0xff)],
    ['greeting without magic', header(0, FRAME.hello, 1)],
    ['request first', callBytes('look', 1, 1)],
    ['huge greeting', header(0x0fffffff, FRAME.hello, 0x434d4452)],
    ['greeting of nonsense', header(3, FRAME.hello, 0x434d4452), Buffer.from([0xc1, 0xc1, 0xc1])],
    ['goodbye first', header(0, FRAME.goaway, 0)],
  ];
  for (const [name, ...parts] of strangers) {
    const peer = await rawPeer(t, port);
    peer.send(...parts);
    await until(() => peer.closed, `${name} to be closed`, 2_000);
    assert.equal(peer.frames.length, 0, name);
  }
  assert.equal(await client.pay('alive'), 'alive');
  assert.equal(server.stats().connections, 1);
});

const afterGreeting: [name: string, expected: RegExp, ...parts: Buffer[]][] = [
  ['garbage', /./, Buffer.from('this is not a frame at all, not even close')],
  ['second HELLO', /second HELLO/, helloBytes()],
  ['unknown type', /frame type 200/, frameBytes(200, 0, 0, 0)],
  ['a server’s frame', /frame type 3/, frameBytes(FRAME.response, 0, 1, 0)],
  ['call number 0', /call 0 follows call 0/, callBytes('look', 0, 1)],
  ['reused call number', /call 7 follows call 7/, callBytes('look', 7, 1), callBytes('look', 7, 1)],
  ['shrinking call number', /call 5 follows call 7/, callBytes('look', 7, 1), callBytes('look', 5, 1)],
  ['unbound number', /command number 9 was never bound/, callBytes('', 1, 1, { cmd: { number: 9, name: undefined } })],
  ['huge length', /frame of 4294967295 bytes/, header(0xffffffff, FRAME.request, 1)],
  [
    'name that leaves the frame',
    /command name leaves the frame/,
    frameBytes(FRAME.request, 0x02, 1, 0, Buffer.from([0xff, 0xff])),
  ],
  [
    'headers that leave the frame',
    /header block leaves the frame/,
    frameBytes(FRAME.request, 0x01, 1, 0, Buffer.from([0, 9])),
  ],
  ['no body at all', /command name leaves the frame/, frameBytes(FRAME.request, 0x02, 1, 0)],
];

test('after the greeting a breach is named in GOAWAY and ends only that connection', async (t) => {
  const logger = listening();
  const { port, target } = await serve(t, {}, { logger });
  const client = connect(t, target);
  for (const [name, expected, ...parts] of afterGreeting) {
    const peer = await rawPeer(t, port);
    peer.send(helloBytes(), ...parts);
    await until(() => peer.closed, `${name} to be closed`, 2_000);
    const goaway = peer.frames.find(({ type }) => type === FRAME.goaway)?.body as { reason: string; message: string };
    assert.equal(goaway?.reason, 'protocol_error', name);
    assert.match(goaway.message, expected, name);
    assert.equal(await client.pay(name), name);
  }
  const logged = () => logger.lines.filter(({ message }) => message.endsWith('protocol error')).length;
  await until(() => logged() === afterGreeting.length, 'all to be logged');
});

const answersOf = (peer: RawPeer) => peer.frames.filter(({ type }) => type === FRAME.response).map(({ body }) => body);

test('a newer peer’s ignorable frames are skipped, and empty frames do no harm', async (t) => {
  const { port } = await serve(t);
  const peer = await rawPeer(t, port);
  peer.send(
    helloBytes(),
    frameBytes(200, 0x80, 5, 5, Buffer.from('whatever')),
    frameBytes(FRAME.ping, 0, 77, 0),
    frameBytes(FRAME.pong, 0, 1, 0),
    frameBytes(FRAME.cancel, 0, 12_345, 0),
    callBytes('look', 1, 'in'),
  );
  await until(() => answersOf(peer).length === 1, 'the answer');
  assert.deepEqual(answersOf(peer), ['in']);
  assert.equal(peer.frames.find(({ type }) => type === FRAME.pong)?.callId, 77);
});

test('a payload that is no MessagePack fails its call and not the connection', async (t) => {
  const { port } = await serve(t);
  const peer = await rawPeer(t, port);
  const bomb = Buffer.alloc(24_000);
  for (let at = 0; at < bomb.length; at += 3) bomb.set([0xdc, 0xff, 0xff], at);
  const named = Buffer.concat([Buffer.from([0, 4]), Buffer.from('look')]);
  for (const [index, body] of [
    bomb,
    Buffer.from([0xc1]),
    Buffer.from([0xd4, 0x72, 0x40]),
    Buffer.from([1, 2]),
  ].entries()) {
    peer.send(
      ...(index === 0 ? [helloBytes()] : []),
      frameBytes(FRAME.request, 0x02, index + 1, 5_000, Buffer.concat([named, body])),
    );
  }
  peer.send(callBytes('look', 99, 'fine'));
  await until(() => answersOf(peer).length === 1, 'the last call to be answered');
  const errors = peer.frames.filter(({ type }) => type === FRAME.error);
  assert.equal(errors.length, 4);
  assert.ok(
    errors.every(({ body, flags }) => (body as { code: string }).code === 'decode_failed' && (flags & 0x10) !== 0),
  );
});

test('a JSON payload is read where it is flagged', async (t) => {
  const { port } = await serve(t);
  const peer = await rawPeer(t, port);
  const body = Buffer.concat([Buffer.from([0, 4]), Buffer.from('look{"a":["한국"]}')]);
  peer.send(helloBytes(), frameBytes(FRAME.request, 0x02 | 0x04, 1, 5_000, body));
  await until(() => answersOf(peer).length === 1, 'the answer');
  assert.deepEqual(answersOf(peer), [{ a: ['한국'] }]);
});

test('a hundred thousand pings in one write are all answered', async (t) => {
  const { port } = await serve(t);
  const peer = await rawPeer(t, port);
  const ping = frameBytes(FRAME.ping, 0, 1, 0);
  const many = Buffer.alloc(ping.length * 100_000);
  for (let at = 0; at < many.length; at += ping.length) ping.copy(many, at);
  peer.send(helloBytes(), many);
  await until(() => peer.frames.length === 100_001, 'all pongs');
});

test('a peer that goes away in the middle of anything leaves nothing behind', async (t) => {
  const hold = gate();
  const { server, port } = await serve(t, { look: () => hold.passed });
  for (const parts of [
    [helloBytes().subarray(0, 3)],
    [helloBytes()],
    [helloBytes(), callBytes('look', 1, 1).subarray(0, 18)],
    [helloBytes(), callBytes('look', 1, 1)],
  ]) {
    const peer = await rawPeer(t, port);
    peer.send(...parts);
    await new Promise((resolve) => setTimeout(resolve, 5));
    peer.socket.resetAndDestroy();
  }
  await until(() => server.stats().connections === 0, 'the connections to be gone');
  hold.open();
  await until(() => server.stats().inFlight === 0, 'the handlers to end');
});

test('a server that talks nonsense ends the client’s call with an error and not its process', async (t) => {
  const nonsense: [string, Buffer | string][] = [
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['garbage after its greeting', Buffer.concat([helloBytes(), Buffer.alloc(40, 0xaa)])],
    ['an answer to nothing', Buffer.concat([helloBytes(), frameBytes(FRAME.response, 0, 4_000, 0)])],
    ['a request', Buffer.concat([helloBytes(), callBytes('look', 1, 1)])],
    ['two greetings', Buffer.concat([helloBytes(), helloBytes()])],
    ['a version of tomorrow', Buffer.concat([header(0, FRAME.hello, 0x434d4452)])],
  ];
  for (const [name, bytes] of nonsense) {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const client = connect(t, `tcp://127.0.0.1:${address.port}`, { retry: { maxAttempts: 1 } });
    const { error } = await client.look.safe(1, { timeoutMs: 3_000 });
    assert.equal(error?.code, 'unavailable', name);
    await client.$.close({ drainMs: 1 });
  }
});
