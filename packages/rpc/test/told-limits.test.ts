import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ClientOptions, RpcError, type ServerLimits } from 'cmdrpc';
import { connect, listening, serve } from './fixture.ts';

const PATTERNS = ['one', 'two', 'three', 'four', 'five'];

/** A server with limits below the defaults, a client that was not told of them, and how many connections they used. */
const small = async (t: TestContext, limits: Partial<ServerLimits>, options: Partial<ClientOptions> = {}) => {
  const logger = listening();
  const { server, target } = await serve(t, {}, { limits, logger });
  for (const pattern of PATTERNS) server.on(pattern, () => pattern);
  const client = connect(t, target, { retry: { maxAttempts: 1 }, ...options });
  const broken = () => logger.lines.filter(({ message }) => message.includes('protocol error')).length;
  return { server, client, broken };
};

test('a server that takes less than the client is told so in its greeting, and keeps its connections', async (t) => {
  const { server, client, broken } = await small(t, { maxHeaderBytes: 100, maxHeaders: 3, maxCmdBytes: 10 });
  await client.$.ready();
  const cases: [RegExp, () => Promise<unknown>][] = [
    [/maxHeaderBytes 100/, () => client.pay(1, { headers: { a: 'x'.repeat(200) } })],
    [/4 headers, over maxHeaders 3/, () => client.pay(1, { headers: { a: '', b: '', c: '', d: '' } })],
    [/maxCmdBytes 10/, () => client.$.pattern('elevenchars')],
  ];
  for (const [message, call] of cases) {
    await assert.rejects(call, (error) => {
      assert.ok(RpcError.is(error));
      assert.deepEqual([error.code, error.delivery], ['invalid_argument', 'unsent']);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.equal(await client.pay('fine', { headers: { a: '', b: '', c: '' } }), 'fine');
  assert.deepEqual([server.stats().connections, broken()], [1, 0]);
});

test('headers the library adds count towards a small maxHeaders too', async (t) => {
  const { client, broken } = await small(t, { maxHeaders: 1 });
  await client.$.ready();
  assert.equal(await client.pay(1, { correlationId: 'c' }), 1);
  await assert.rejects(client.pay(1, { correlationId: 'c', idempotencyKey: 'k' }), /2 headers, over maxHeaders 1/);
  assert.equal(broken(), 0);
});

test('the smaller limit holds when it is the client’s own', async (t) => {
  const { client } = await small(t, { maxHeaderBytes: 1_000 }, { limits: { maxHeaderBytes: 50 } });
  await client.$.ready();
  await assert.rejects(client.pay(1, { headers: { a: 'x'.repeat(60) } }), /maxHeaderBytes 50/);
});

test('commands beyond the server’s maxBoundCmds go by name, in the first burst before its greeting too', async (t) => {
  const { server, client, broken } = await small(t, { maxBoundCmds: 2 });
  for (let round = 0; round < 3; round += 1) {
    assert.deepEqual(await Promise.all(PATTERNS.map((pattern) => client.$.pattern(pattern))), PATTERNS);
  }
  assert.deepEqual([server.stats().connections, broken()], [1, 0]);
});
