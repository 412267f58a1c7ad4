import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ChaosProxy, callBytes, chaosProxy, FRAME, helloBytes, rawPeer } from 'cmdrpc/testing';
import { connect, gate, type LabHandlers, serve, until } from './fixture.ts';

const proxied = async (t: TestContext, given: Partial<LabHandlers> = {}) => {
  const { server, target } = await serve(t, given);
  const proxy = await chaosProxy({ target });
  t.after(() => proxy.close());
  return { server, proxy };
};

const once = { retry: { maxAttempts: 1 }, breaker: { enabled: false } };

test('a proxy without knobs changes nothing, and an end passes through', async (t) => {
  const { server, proxy } = await proxied(t);
  const client = connect(t, proxy.target, once);
  const big = 'x'.repeat(500_000);
  assert.equal(await client.pay(big), big);
  assert.equal(proxy.connections, 1);
  await client.$.close();
  await until(() => proxy.connections === 0, 'the pair to be gone');
  assert.equal(server.stats().connections, 0);
});

test('a delay makes an answer late and not wrong, and longer than the deadline it ends the call', async (t) => {
  const { proxy } = await proxied(t);
  const client = connect(t, proxy.target, once);
  await client.$.ready();
  proxy.set({ delayMs: 30 }, 'to-client');
  const startedMs = performance.now();
  assert.deepEqual(await Promise.all([client.pay(1), client.pay(2)]), [1, 2]);
  assert.ok(performance.now() - startedMs >= 29);
  proxy.set({ delayMs: 2_000 }, 'to-server');
  const { error } = await client.pay.safe(3, { timeoutMs: 50 });
  assert.deepEqual([error?.code, error?.delivery], ['deadline_exceeded', 'unknown']);
});

test('bytes that come one by one are the same call', async (t) => {
  const { proxy } = await proxied(t);
  proxy.set({ split: true });
  const client = connect(t, proxy.target, once);
  const value = { text: '한국 😀'.repeat(20), list: [1, 2, 3] };
  assert.deepEqual(await client.pay(value), value);
});

test('a cut ends what is in flight as unknown, and the next call is made on a new connection', async (t) => {
  const hold = gate();
  const { proxy } = await proxied(t, { look: () => hold.passed });
  const client = connect(t, proxy.target, once);
  await client.pay(1);
  const lost = client.look.safe(1);
  await until(() => client.$.stats().endpoints[0]?.inFlight === 1, 'the call to be in flight');
  proxy.cut();
  const { error } = await lost;
  assert.deepEqual([error?.code, error?.delivery], ['unavailable', 'unknown']);
  hold.open();
  assert.equal(await client.pay(2, { waitForReady: true }), 2);
});

test('a cut after so many bytes lets those pass and no more, on each connection', async (t) => {
  const { proxy } = await proxied(t);
  const greeting = helloBytes();
  proxy.set({ cutAfterBytes: 5 }, 'to-client');
  for (const name of ['first', 'second']) {
    const peer = await rawPeer(t, proxy.port);
    peer.send(greeting);
    await until(() => peer.closed, `the ${name} to be cut`);
    assert.ok(peer.bytes().length <= 5);
  }
  proxy.set({ cutAfterBytes: greeting.length + 3 }, 'to-server');
  proxy.set({}, 'to-client');
  const peer = await rawPeer(t, proxy.port);
  peer.send(greeting);
  await until(() => peer.frames.length === 1, 'the greeting to be answered');
  peer.send(callBytes('look', 1, 'in'));
  await until(() => peer.closed, 'the call to be cut');
  assert.equal(peer.frames.length, 1);
});

test('a corrupted length is a breach of protocol and gives no wrong answer', async (t) => {
  let ran = 0;
  const { proxy } = await proxied(t, { pay: () => (ran += 1) });
  const client = connect(t, proxy.target, once);
  await client.$.ready();
  proxy.set({ corruptAfterBytes: 0 }, 'to-server');
  const { error } = await client.pay.safe(1);
  assert.equal(error?.reason, 'protocol_error');
  assert.equal(ran, 0);
  proxy.set({});
  assert.equal(await client.pay(2, { waitForReady: true }), 1);
});

const inverted = async (t: TestContext, proxy: ChaosProxy, at: number): Promise<unknown> => {
  proxy.set({});
  const peer = await rawPeer(t, proxy.port);
  const call = callBytes('look', 1, 'abc');
  peer.send(helloBytes());
  await until(() => peer.frames.length === 1, 'the greeting to be answered');
  proxy.set({ corruptAfterBytes: call.length + at }, 'to-server');
  peer.send(call);
  const answers = () => peer.frames.filter(({ type }) => type === FRAME.response || type === FRAME.error);
  await until(() => answers().length === 1, 'an answer');
  return answers()[0]?.body;
};

test('a byte is corrupted where it was said to be and nowhere else', async (t) => {
  const { proxy } = await proxied(t);
  assert.equal(await inverted(t, proxy, 0), 'abc', 'the byte behind the call');
  assert.notDeepEqual(await inverted(t, proxy, -1), 'abc', 'the last byte of the call');
});

test('a black hole keeps the connection and loses what is said, until it is healed', async (t) => {
  const { server, proxy } = await proxied(t);
  const client = connect(t, proxy.target, { ...once, keepaliveMs: 60_000, keepaliveBusyMs: 60_000 });
  await client.pay(1);
  proxy.set({ blackhole: true }, 'to-client');
  const { error } = await client.pay.safe(2, { timeoutMs: 50 });
  assert.deepEqual([error?.code, error?.delivery], ['deadline_exceeded', 'unknown']);
  assert.equal(proxy.connections, 1);
  assert.equal(server.stats().connections, 1);
  proxy.set({});
  assert.equal(await client.pay(3), 3);
});

test('whoever leaves inside a black hole is missed only once it is healed', async (t) => {
  const { server, proxy } = await proxied(t);
  const peer = await rawPeer(t, proxy.port);
  peer.send(helloBytes());
  await until(() => peer.frames.length === 1, 'the greeting to be answered');
  proxy.set({ blackhole: true }, 'to-server');
  peer.socket.resetAndDestroy();
  await until(() => peer.closed, 'the peer to be gone');
  assert.equal(server.stats().connections, 1);
  proxy.set({});
  await until(() => server.stats().connections === 0, 'the server to hear of it');
});

test('a closed proxy refuses, and a target that is no address is refused by name', async (t) => {
  const { proxy } = await proxied(t);
  await proxy.close();
  await assert.rejects(rawPeer(t, proxy.port), { code: 'ECONNREFUSED' });
  await assert.rejects(chaosProxy({ target: 'dns:///somewhere:1' }), /dns:\/\/\/somewhere:1 is not one address/);
});
