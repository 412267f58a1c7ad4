import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createServer, RpcError, type ServerContext, type ServerOptions } from 'cmdrpc';
import { contract, event, reason, serverStream, unary } from 'cmdrpc/contract';
import { firstValueFrom, lastValueFrom, take } from 'rxjs';
import { z } from 'zod';
import { gate, until } from '../fixture.ts';
import { allOf, nestClient, rejection } from './nest-client.ts';
import { recordingProxy } from './wire-tap.ts';

const shop = contract(
  'shop',
  { version: '1.0.0' },
  {
    price: unary({
      input: z.object({ id: z.string(), amount: z.number().default(1) }),
      output: z.object({ total: z.number() }),
      errors: { not_known: reason('not_found', z.object({ id: z.string() })) },
    }),
    watch: serverStream({ input: z.object({ upTo: z.number() }), output: z.number() }),
    viewed: event({ input: z.object({ id: z.string() }) }),
  },
);

const serve = async (t: TestContext, options: ServerOptions = { nest: { envelope: false } }) => {
  const seen: { readonly input: unknown; readonly ctx: ServerContext }[] = [];
  const held = gate();
  const server = createServer(options)
    .implement(shop, {
      price: ({ id, amount }, ctx) => {
        if (id === 'none') throw ctx.errors.not_known({ id }, '없는 상품입니다');
        return { total: amount * 100 };
      },
      async *watch({ upTo }) {
        for (let at = 1; at <= upTo; at += 1) yield at;
      },
      viewed: (input, ctx) => void seen.push({ input, ctx }),
    })
    .on('echo', (data: unknown) => data)
    .on({ cmd: 'context' }, (_data: unknown, ctx) => ({
      correlationId: ctx.correlationId,
      traceparent: ctx.traceparent,
      idempotencyKey: ctx.idempotencyKey,
      headers: { ...ctx.headers },
      inTime: ctx.remainingMs() <= 1_500,
    }))
    .on({ cmd: 'held' }, async (_data: unknown, ctx) => {
      seen.push({ input: 'held', ctx });
      await held.passed;
      return 'done';
    })
    .on({ cmd: 'ticks' }, async function* (_data: unknown, ctx: ServerContext) {
      seen.push({ input: 'ticks', ctx });
      for (let at = 0; ; at += 1) {
        yield at;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })
    .on({ cmd: 'unwritable' }, () => 10n)
    .on({ cmd: 'unwritable in a stream' }, async function* () {
      yield 1;
      yield 10n;
    })
    .on({ cmd: 'bare' }, () => Promise.reject({ code: 'OUT_OF_STOCK', message: '재고 없음', details: { left: 0 } }));
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close({ drainMs: 1 }));
  return { server, port, seen, held };
};

test('a Nest client calls contract commands, whose input and output are checked', async (t) => {
  const client = nestClient(t, (await serve(t)).port);
  assert.deepEqual(await firstValueFrom(client.send({ cmd: 'price' }, { id: 'a' })), { total: 100 });
  const refused = await rejection(firstValueFrom(client.send({ cmd: 'price' }, { id: 5 })));
  assert.deepEqual((refused as { code: string }).code, 'input_schema');
});

test('with the envelope a Nest client reads the standard reply, and errors name their kind', async (t) => {
  const client = nestClient(t, (await serve(t, {})).port);
  assert.deepEqual(await firstValueFrom(client.send({ cmd: 'price' }, { id: 'a', amount: 2 })), {
    status: 'ok',
    data: { total: 200 },
  });
  assert.deepEqual(await allOf(client.send({ cmd: 'watch' }, { upTo: 2 })), [
    { status: 'ok', data: 1 },
    { status: 'ok', data: 2 },
  ]);
  assert.deepEqual(await rejection(firstValueFrom(client.send({ cmd: 'price' }, { id: 'none' }))), {
    status: 'error',
    code: 'not_known',
    message: '없는 상품입니다',
    details: { id: 'none' },
    kind: 'not_found',
  });
  assert.deepEqual(await firstValueFrom(client.send({ cmd: 'viewed' }, { id: 'x' })), { status: 'ok' });
});

test('a refusal of either kind reaches catchError as code, message and details', async (t) => {
  const client = nestClient(t, (await serve(t)).port);
  assert.deepEqual(await rejection(firstValueFrom(client.send({ cmd: 'price' }, { id: 'none' }))), {
    status: 'error',
    code: 'not_known',
    message: '없는 상품입니다',
    details: { id: 'none' },
  });
  assert.deepEqual(await rejection(firstValueFrom(client.send({ cmd: 'bare' }, 1))), {
    status: 'error',
    code: 'OUT_OF_STOCK',
    message: '재고 없음',
    details: { left: 0 },
  });
});

test('a Nest client reads streams to their end and may leave them', async (t) => {
  const { port } = await serve(t);
  const client = nestClient(t, port);
  assert.deepEqual(
    await allOf(client.send({ cmd: 'watch' }, { upTo: 500 })),
    Array.from({ length: 500 }, (_, i) => i + 1),
  );
  assert.deepEqual(await allOf(client.send({ cmd: 'ticks' }, 1).pipe(take(3))), [0, 1, 2]);
  assert.equal(await firstValueFrom(client.send('echo', 'after')), 'after');
});

test('an event runs its handler and nothing comes back', async (t) => {
  const { port, seen } = await serve(t);
  const client = nestClient(t, port);
  await lastValueFrom(client.emit({ cmd: 'viewed' }, { id: '한글 😀' }), { defaultValue: undefined });
  await until(() => seen.length === 1, 'the event');
  assert.deepEqual(seen[0]?.input, { id: '한글 😀' });
});

test('metadata becomes correlation id, trace, key, deadline and headers', async (t) => {
  const client = nestClient(t, (await serve(t)).port);
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  client.setOnDispatchHook((packet) => {
    packet.metadata = {
      'x-correlation-id': 'order-7',
      traceparent,
      'idempotency-key': 'k-1',
      'x-rpc-timeout-ms': '1500',
      'X-Tenant': '가게',
      authorization: 'Bearer of-a-user',
    };
  });
  assert.deepEqual(await firstValueFrom(client.send({ cmd: 'context' }, 1)), {
    correlationId: 'order-7',
    traceparent,
    idempotencyKey: 'k-1',
    headers: { 'x-tenant': '가게', authorization: 'Bearer of-a-user' },
    inTime: true,
  });
});

test('a request whose time is up is not run', async (t) => {
  const client = nestClient(t, (await serve(t)).port);
  client.setOnDispatchHook((packet) => {
    packet.metadata = { 'x-rpc-timeout-ms': '0' };
  });
  const error = (await rejection(firstValueFrom(client.send('echo', 1)))) as { code: string };
  assert.equal(error.code, 'dead_on_arrival');
});

test('a server with a token answers only packets that bring it', async (t) => {
  const { port } = await serve(t, { authToken: 'sesame', nest: { envelope: false } });
  const stranger = nestClient(t, port);
  assert.deepEqual(await rejection(firstValueFrom(stranger.send('echo', 1))), {
    status: 'error',
    code: 'hello_rejected',
    message: 'server rejected the caller',
  });
  const client = nestClient(t, port);
  client.setOnDispatchHook((packet) => {
    packet.metadata = { 'x-rpc-auth-token': 'sesame' };
  });
  assert.deepEqual(await Promise.all([1, 2, 3].map((data) => firstValueFrom(client.send('echo', data)))), [1, 2, 3]);
});

test('with the wire switched off a Nest client is hung up on', async (t) => {
  const client = nestClient(t, (await serve(t, { nest: false })).port);
  const error = await rejection(firstValueFrom(client.send('echo', 1)));
  assert.match(String(error), /Connection closed/);
});

test('every request is answered, also with what JSON cannot hold', async (t) => {
  const client = nestClient(t, (await serve(t)).port);
  const codes = await Promise.all(
    ['unwritable', 'unwritable in a stream'].map(async (cmd) => {
      const error = (await rejection(lastValueFrom(client.send({ cmd }, 1)))) as { code: string };
      return error.code;
    }),
  );
  assert.deepEqual(codes, ['encode_failed', 'encode_failed']);
  const deep = JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`);
  const error = (await rejection(firstValueFrom(client.send('echo', deep)))) as { code: string; message: string };
  assert.equal(error.code, 'decode_failed');
  assert.match(error.message, /maxDepth 64/);
});

test('text split inside every character arrives whole, in both directions', async (t) => {
  const { port } = await serve(t);
  const proxy = await recordingProxy(port, (chunk) => Array.from(chunk, (byte) => Buffer.of(byte)));
  t.after(() => proxy.stop());
  const client = nestClient(t, proxy.port);
  const text = '한글과 emoji 😀👨‍👩‍👧 섞어 \u2028 𠮷';
  const answers = await Promise.all([1, 2, 3].map((at) => firstValueFrom(client.send('echo', { at, text }))));
  assert.deepEqual(
    answers,
    [1, 2, 3].map((at) => ({ at, text })),
  );
});

test('sixteen echoes of a megabyte at once, where two Nest peers wait for each other for good', async (t) => {
  const { port } = await serve(t);
  const client = nestClient(t, port);
  const megabyte = 'x'.repeat(1024 * 1024);
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, at) => firstValueFrom(client.send<string>('echo', `${at}:${megabyte}`))),
  );
  assert.ok(answers.every((answer, at) => answer.length === megabyte.length + `${at}:`.length));
});

test('a thousand calls at once on one connection are all answered with their own value', async (t) => {
  const client = nestClient(t, (await serve(t)).port);
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, at) => firstValueFrom(client.send<number>('echo', at))),
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 1_000 }, (_, at) => at),
  );
});

test('a client that disconnects cancels its calls and ends its streams', async (t) => {
  const { server, port, seen, held } = await serve(t);
  const client = nestClient(t, port);
  const pending = rejection(firstValueFrom(client.send({ cmd: 'held' }, 1)));
  const ticking = rejection(lastValueFrom(client.send({ cmd: 'ticks' }, 1)));
  await until(() => seen.length === 2, 'both calls');
  const signals = seen.map(({ ctx }) => ctx.signal);
  client.close();
  await until(() => signals.every(({ aborted }) => aborted), 'their cancellation');
  await Promise.all([pending, ticking]);
  held.open();
  await until(() => server.stats().connections === 0, 'the connection to close');
});

test('a drain finishes what runs, refuses what comes, and half-closes', async (t) => {
  const { server, port, seen, held } = await serve(t);
  const busy = nestClient(t, port);
  const idle = nestClient(t, port);
  await firstValueFrom(idle.send('echo', 1));
  const running = firstValueFrom(busy.send({ cmd: 'held' }, 1));
  await until(() => seen.length === 1, 'the call');
  const closing = server.close({ drainMs: 5_000 });
  await until(() => server.stats().connections === 1, 'the idle connection to close');
  const late = (await rejection(firstValueFrom(busy.send('echo', 'late')))) as { code: string };
  assert.equal(late.code, 'draining');
  held.open();
  assert.equal(await running, 'done');
  assert.deepEqual(await closing, { completed: 1, refused: 1, aborted: 0, forced: 0 });
});

test('a handler that is aborted by the end of a drain is answered too', async (t) => {
  const { server, port, seen } = await serve(t);
  server.stats();
  const client = nestClient(t, port);
  const ticking = rejection(lastValueFrom(client.send({ cmd: 'ticks' }, 1)));
  await until(() => seen.length === 1, 'the stream');
  const report = await server.close({ drainMs: 20 });
  assert.equal(report.aborted, 1);
  assert.equal(((await ticking) as { code: string }).code, 'caller_aborted');
});

test('an RpcError of a handler keeps its reason and details', async (t) => {
  const server = createServer({ nest: { envelope: false } }).on('x', () => {
    throw new RpcError('늦었습니다', { code: 'aborted', reason: 'too_late', details: { by: 3 } });
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close({ drainMs: 1 }));
  assert.deepEqual(await rejection(firstValueFrom(nestClient(t, port).send('x', 1))), {
    status: 'error',
    code: 'too_late',
    message: '늦었습니다',
    details: { by: 3 },
  });
});
