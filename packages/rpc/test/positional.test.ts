import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createClient, createServer, RpcError } from 'cmdrpc';
import { contract, unary } from 'cmdrpc/contract';
import { callBytes, FRAME, helloBytes, type RawPeer, rawPeer } from 'cmdrpc/testing';
import { z } from 'zod';
import { fingerprintFor } from '../src/contract/fingerprint.ts';
import { until } from './fixture.ts';

/** As docs/wire-native.md names them. */
const POSITIONAL = 'positional-1';
const POSITIONAL_FLAG = 0x40;

const shop = (price: z.ZodType<number> = z.int()) =>
  contract(
    'shop',
    { version: '1.0.0' },
    {
      price: unary({
        input: z.strictObject({ id: z.string().max(400_000), count: z.int().min(1).optional() }),
        output: z.object({ id: z.string(), price }),
        effect: 'read',
      }),
    },
  );

const served = shop();

const serve = async (t: TestContext, limits = {}) => {
  const seen: unknown[] = [];
  const server = createServer({ limits }).implement(served, {
    price: (input) => {
      seen.push(input);
      // A field more than the contract has, as a row of a database would.
      return { id: input.id, price: 100 * (input.count ?? 1), secret: 'of this side' };
    },
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close({ drainMs: 1 }));
  return { port, seen };
};

const greeted = async (t: TestContext, port: number, hello: Parameters<typeof helloBytes>[0]): Promise<RawPeer> => {
  const peer = await rawPeer(t, port);
  peer.send(helloBytes(hello));
  await until(() => peer.frames.length === 1, '1 frames');
  return peer;
};

const same = { shop: fingerprintFor(served) ?? '' };

test('between sides with one contract objects travel as the values of their fields, in the order of their names', async (t) => {
  const { port, seen } = await serve(t);
  const peer = await greeted(t, port, { features: [POSITIONAL], contracts: same });
  assert.deepEqual(peer.frames[0]?.body, { ...(peer.frames[0]?.body as object), features: [POSITIONAL] });
  peer.send(callBytes('price', 1, [1, 2, 'cable'], { flags: POSITIONAL_FLAG }), callBytes('price', 2, { id: 'pad' }));
  await until(() => peer.frames.length === 3, '3 frames');
  assert.deepEqual(seen, [{ id: 'cable', count: 2 }, { id: 'pad' }]);
  assert.deepEqual(
    peer.frames.slice(1).map(({ type, flags, body }) => ({ type, flags, body })),
    [
      { type: FRAME.response, flags: POSITIONAL_FLAG, body: ['cable', 200] },
      { type: FRAME.response, flags: POSITIONAL_FLAG, body: ['pad', 100] },
    ],
  );
});

test('a caller with another contract, or that does not say it can, is answered by name, and may not leave names out', async (t) => {
  const { port, seen } = await serve(t);
  for (const hello of [
    { features: [POSITIONAL], contracts: { shop: '0123456789abcdef' } },
    { features: [POSITIONAL], contracts: { other: same.shop } },
    { features: [], contracts: same },
    {},
  ]) {
    seen.length = 0;
    const peer = await greeted(t, port, hello);
    peer.send(callBytes('price', 1, [0, 'cable'], { flags: POSITIONAL_FLAG }), callBytes('price', 2, { id: 'pad' }));
    await until(() => peer.frames.length === 3, '3 frames');
    const [, refusal, answer] = peer.frames;
    assert.equal(refusal?.type, FRAME.error);
    assert.equal((refusal?.body as { code?: string } | undefined)?.code, 'decode_failed');
    assert.equal((refusal?.flags ?? 0) & 0x10, 0x10);
    assert.deepEqual([answer?.flags, answer?.body], [0, { id: 'pad', price: 100 }]);
    assert.deepEqual(seen, [{ id: 'pad' }]);
  }
});

test('a payload laid out wrongly fails its own call and leaves the connection', async (t) => {
  const { port, seen } = await serve(t);
  const peer = await greeted(t, port, { features: [POSITIONAL], contracts: same });
  peer.send(
    callBytes('price', 1, [0, 5], { flags: POSITIONAL_FLAG }),
    callBytes('price', 2, [1, 0, 'x'], { flags: POSITIONAL_FLAG }),
    callBytes('price', 3, [0, 'cable'], { flags: POSITIONAL_FLAG }),
  );
  await until(() => peer.frames.length === 4, '4 frames');
  const bodies = peer.frames.slice(1).map(({ body }) => (body as { code?: string }).code ?? body);
  // The second has the right form and a count of 0, which is the schema's to refuse.
  assert.deepEqual(bodies, ['decode_failed', 'input_schema', ['cable', 100]]);
  assert.deepEqual(seen, [{ id: 'cable' }]);
});

test('a client and a server with one contract understand each other from the first call to the largest', async (t) => {
  const { port, seen } = await serve(t);
  const client = createClient(served, { target: `tcp://127.0.0.1:${port}` });
  t.after(() => client.$.close({ drainMs: 0 }));
  // The first call leaves before the greeting has come, by name.
  assert.deepEqual(await client.price({ id: 'cable' }), { id: 'cable', price: 100 });
  assert.equal(client.$.stats().contract, 'same');
  for (const id of ['cable', '케이블', 'x'.repeat(3_000), '가'.repeat(100_000)]) {
    assert.deepEqual(await client.price({ id, count: 3 }), { id, price: 300 });
  }
  assert.equal(seen.length, 5);
});

test('what does not fit the contract is refused with its issues, as without a layout', async (t) => {
  const { port, seen } = await serve(t);
  const client = createClient(served, { target: `tcp://127.0.0.1:${port}` });
  t.after(() => client.$.close({ drainMs: 0 }));
  await client.$.ready();
  const wrong = [{ id: 5 }, { id: 'x', count: 0 }, { id: 'x', more: 1 }, {}, undefined];
  for (const input of wrong) {
    const error = await client.price(input as never).catch((thrown: unknown) => thrown);
    assert.ok(RpcError.is(error));
    assert.deepEqual([error.code, error.reason, error.delivery], ['invalid_argument', 'input_schema', 'unsent']);
    assert.ok((error.details as { issues: unknown[] }).issues.length > 0);
  }
  assert.deepEqual(seen, []);
});

test('sides whose contracts differ go on by name', async (t) => {
  const { port } = await serve(t);
  const client = createClient(shop(z.number().max(1e9)), { target: `tcp://127.0.0.1:${port}` });
  t.after(() => client.$.close({ drainMs: 0 }));
  await client.$.ready();
  assert.equal(client.$.stats().contract, 'differs');
  assert.deepEqual(await client.price({ id: 'cable', count: 2 }), { id: 'cable', price: 200 });
});

test('a request larger than the server takes is refused before it leaves, and an answer larger than the client takes as such', async (t) => {
  const { port } = await serve(t, { maxFrameBytes: 20_000 });
  const id = 'x'.repeat(15_000);
  const small = createClient(served, { target: `tcp://127.0.0.1:${port}`, limits: { maxFrameBytes: 10_000 } });
  t.after(() => small.$.close({ drainMs: 0 }));
  await small.$.ready();
  const tooMuch = await small.price({ id: 'x'.repeat(30_000) }).catch((thrown: unknown) => thrown);
  assert.ok(RpcError.is(tooMuch));
  assert.deepEqual([tooMuch.reason, tooMuch.delivery], ['frame_too_large', 'unsent']);
  const answer = await small.price({ id }).catch((thrown: unknown) => thrown);
  assert.ok(RpcError.is(answer));
  assert.deepEqual([answer.reason, answer.delivery], ['frame_too_large', 'answered']);
  assert.deepEqual(await small.price({ id: 'cable' }), { id: 'cable', price: 100 });
});

test('a getter that makes a call is told that it may not, and the value it belongs to is sent whole', async (t) => {
  const { port, seen } = await serve(t);
  const client = createClient(served, { target: `tcp://127.0.0.1:${port}` });
  t.after(() => client.$.close());
  // With it the greeting is there, and payloads are laid out by the contract.
  await client.price({ id: 'first' });
  // By name too, since nobody knows a field that the contract does not have.
  for (const more of [{}, { surplus: 1 }]) {
    seen.length = 0;
    const inner: ReturnType<typeof client.price.safe>[] = [];
    const asked = {
      count: 7,
      get id() {
        inner.push(client.price.safe({ id: 'inner' }));
        return 'outer';
      },
      ...more,
    };
    await client.price.safe(asked);
    assert.deepEqual(await client.price({ id: 'after' }), { id: 'after', price: 100 });
    const { error } = (await inner[0]) ?? {};
    assert.equal(error?.reason, 'encode_failed');
    assert.match(error?.message ?? '', /a getter of a value being encoded must not make calls/);
    assert.equal(error?.delivery, 'unsent');
    assert.deepEqual(seen, 'surplus' in more ? [{ id: 'after' }] : [{ id: 'outer', count: 7 }, { id: 'after' }]);
  }
});

test('a getter that has a call cancelled spoils neither the value it belongs to nor the calls around it', async (t) => {
  const { port, seen } = await serve(t);
  const client = createClient(served, { target: `tcp://127.0.0.1:${port}` });
  t.after(() => client.$.close());
  await client.price({ id: 'first' });
  seen.length = 0;
  const controller = new AbortController();
  const cancelled = client.price.safe({ id: 'cancelled' }, { signal: controller.signal });
  const asked = {
    get id() {
      controller.abort();
      return 'outer';
    },
  };
  const [outer, after] = await Promise.all([client.price(asked), client.price({ id: 'after' })]);
  assert.deepEqual([outer.id, after.id], ['outer', 'after']);
  assert.equal((await cancelled).error?.reason, 'caller_aborted');
  assert.deepEqual(
    seen.map((input) => (input as { id: string }).id),
    ['cancelled', 'outer', 'after'],
  );
});
