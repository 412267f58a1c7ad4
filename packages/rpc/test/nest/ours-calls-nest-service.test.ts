import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { RpcException, type TcpContext } from '@nestjs/microservices';
import { type ClientOptions, createClient, createServer, RpcError, withContext } from 'cmdrpc';
import { contract, event, serverStream, unary } from 'cmdrpc/contract';
import { concat, EMPTY, firstValueFrom, from, interval, lastValueFrom, NEVER, of, take, throwError } from 'rxjs';
import { z } from 'zod';
import { until } from '../fixture.ts';
import { nestClient, rejection } from './nest-client.ts';
import { type NestService, startNestService } from './nest-service.ts';
import { recordingProxy, split } from './wire-tap.ts';

const shop = contract(
  'shop',
  { version: '1.0.0' },
  {
    echo: unary({ input: z.unknown(), output: z.unknown(), effect: 'read' }),
    pay: unary({ input: z.unknown(), output: z.unknown() }),
    count: serverStream({ input: z.object({ upTo: z.number() }), output: z.number() }),
    viewed: event({ input: z.object({ id: z.string() }) }),
  },
);

let nest: NestService;
const events: unknown[] = [];
const contexts: TcpContext[] = [];

before(async () => {
  nest = await startNestService([
    ['message', { cmd: 'echo' }, (data) => data],
    ['message', { cmd: 'pay' }, () => NEVER],
    ['message', { cmd: 'count' }, ({ upTo }: { upTo: number }) => from(Array.from({ length: upTo }, (_, at) => at))],
    ['event', { cmd: 'viewed' }, (data) => void events.push(data)],
    ['event', { b: 1, a: { y: 'x"\\', x: null } }, (data) => void events.push(data)],
    ['event', 'plain', (data) => void events.push(data)],
    ['event', 7, (data) => void events.push(data)],
    ['message', 'text', (data) => data],
    ['message', 5, (data) => data],
    ['message', { z: { c: [1], b: true }, a: 'ㄱ' }, (data) => data],
    ['message', 'undefined', () => undefined],
    ['message', 'empty', () => EMPTY],
    ['message', 'several', () => of('a', 'b', 'c')],
    ['message', 'ticks', () => interval(2).pipe(take(50))],
    ['message', 'gaps', () => of(1, undefined, 2)],
    [
      'message',
      'breaks',
      () =>
        concat(
          of(1, 2),
          throwError(() => new RpcException({ code: 'TEAPOT', message: 'boom' })),
        ),
    ],
    ['message', 'refuses', () => Promise.reject(new RpcException('재고 없음'))],
    [
      'message',
      'refuses at length',
      () => Promise.reject(new RpcException({ status: 'error', code: 'too_late', message: 'no', details: { by: 3 } })),
    ],
    ['message', 'refuses oddly', () => Promise.reject(new RpcException({ statusCode: 404, message: 'gone' }))],
    ['message', 'throws', () => Promise.reject(new Error('secret'))],
    [
      'message',
      'context',
      (_data, context) => {
        contexts.push(context);
        return context.getMetadata();
      },
    ],
    ['message', 'foreign', () => ({ nested: { response: 1 } })],
    ['message', 'flood', () => from(Array.from({ length: 300 }, (_, at) => `${at}`.repeat(5_000)))],
  ]);
});

after(() => nest.close());

const connect = (t: TestContext, port = nest.port, options: Partial<ClientOptions> = {}) => {
  const client = createClient(shop, { target: `tcp://127.0.0.1:${port}`, wire: 'nest', ...options });
  t.after(() => client.$.close({ drainMs: 1 }));
  return client;
};

const errorOf = async (promise: Promise<unknown>): Promise<RpcError> => {
  const error = await rejection(promise);
  assert.ok(RpcError.is(error), String(error));
  return error;
};

const collect = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
};

test('values of every kind come back as they went', async (t) => {
  const client = connect(t);
  await client.$.ready();
  const values = [6, 'x', '', 0, false, null, [1, [2]], { 이름: '홍길동 😀' }, 'half \ud83d', 1e21];
  assert.deepEqual(await Promise.all(values.map((value) => client.echo(value))), values);
  assert.equal(await client.echo(undefined), undefined);
});

test('a getter that makes a call is told that it may not, and the value it belongs to is answered by its own answer', async (t) => {
  const client = connect(t);
  const inner: ReturnType<typeof client.echo.safe>[] = [];
  const asked = {
    get mine() {
      inner.push(client.echo.safe('inner'));
      return 'outer';
    },
  };
  assert.deepEqual(await client.echo(asked), { mine: 'outer' });
  assert.equal((await inner[0])?.error?.reason, 'encode_failed');
  assert.equal(await client.echo('after'), 'after');
});

test('patterns of every kind reach their handlers', async (t) => {
  const { $ } = connect(t);
  assert.equal(await $.pattern('text', 1), 1);
  assert.equal(await $.pattern(5, 2), 2);
  assert.equal(await $.pattern('5', 3), 3);
  assert.equal(await $.pattern({ a: 'ㄱ', z: { b: true, c: [1] } }, 4), 4);
});

test('nothing, an empty stream and several answers: the last counts', async (t) => {
  const { $ } = connect(t);
  assert.equal(await $.pattern('undefined'), undefined);
  assert.equal(await $.pattern('empty'), undefined);
  assert.equal(await $.pattern('several'), 'c');
  assert.deepEqual(await $.pattern('foreign'), { nested: { response: 1 } });
});

test('streams are read to their end, by contract and by pattern', async (t) => {
  const client = connect(t);
  assert.deepEqual(
    await collect(client.count({ upTo: 1_000 })),
    Array.from({ length: 1_000 }, (_, at) => at),
  );
  assert.deepEqual(await collect(client.$.stream('several')), ['a', 'b', 'c']);
  assert.deepEqual(await collect(client.$.stream('gaps')), [1, undefined, 2]);
  assert.deepEqual(await collect(client.$.stream('empty')), []);
  assert.deepEqual(await collect(client.$.stream('text', 'one')), ['one']);
});

test('a stream that breaks gives its values first, then the error', async (t) => {
  const seen: unknown[] = [];
  const error = await errorOf(
    (async () => {
      for await (const value of connect(t).$.stream('breaks')) seen.push(value);
    })(),
  );
  assert.deepEqual(seen, [1, 2]);
  assert.equal(error.reason, 'TEAPOT');
});

test('a stream may be left, and what still comes of it is ignored', async (t) => {
  const client = connect(t);
  for await (const tick of client.$.stream<number>('ticks')) if (tick === 3) break;
  assert.equal(await client.echo('after'), 'after');
});

test('a stream whose reader falls too far behind ends instead of growing', async (t) => {
  const client = connect(t, nest.port, { nest: { maxHeldBytes: 100_000 } });
  const error = await errorOf(
    (async () => {
      for await (const _ of client.$.stream('flood')) await new Promise((resolve) => setTimeout(resolve, 5));
    })(),
  );
  assert.equal(error.code, 'resource_exhausted');
  assert.match(error.message, /nest\.maxHeldBytes 100000/);
});

test('events reach their handlers, acknowledged or not', async (t) => {
  const client = connect(t);
  events.length = 0;
  await client.viewed.emit({ id: '한글' });
  await client.$.emit({ a: { x: null, y: 'x"\\' }, b: 1 }, 'nested');
  await client.$.emit('plain', 'text');
  await client.$.emit(7, 'number');
  await until(() => events.length === 4, 'four events');
  await client.viewed.emit({ id: 'ack' }, { ack: true });
  assert.deepEqual(events, [{ id: '한글' }, 'nested', 'text', 'number', { id: 'ack' }]);
});

test('errors are told apart: text, object, hidden, no handler', async (t) => {
  const { $ } = connect(t);
  const facts = async (pattern: string) => {
    const { code, reason, message, details, delivery } = await errorOf($.pattern(pattern));
    return { code, reason, message, details, delivery };
  };
  assert.deepEqual(await facts('refuses'), {
    code: 'failed_precondition',
    reason: 'remote',
    message: '재고 없음',
    details: undefined,
    delivery: 'answered',
  });
  assert.deepEqual(await facts('refuses at length'), {
    code: 'failed_precondition',
    reason: 'too_late',
    message: 'no',
    details: { by: 3 },
    delivery: 'answered',
  });
  assert.deepEqual(await facts('refuses oddly'), {
    code: 'failed_precondition',
    reason: 'remote',
    message: 'gone',
    details: { statusCode: 404, message: 'gone' },
    delivery: 'answered',
  });
  const hidden = await facts('throws');
  assert.deepEqual([hidden.code, hidden.message], ['internal', 'Internal server error']);
  const missing = await facts('nobody');
  assert.deepEqual([missing.code, missing.reason, missing.delivery], ['unimplemented', 'cmd_not_found', 'unsent']);
});

test('a deadline ends the call here, and the late answer is ignored', async (t) => {
  const client = connect(t);
  await client.echo('before');
  const error = await errorOf(client.pay(1, { timeoutMs: 30 }));
  assert.deepEqual([error.code, error.delivery], ['deadline_exceeded', 'unknown']);
  assert.equal(await client.echo('after'), 'after');
});

test('correlation id, key and headers travel as metadata', async (t) => {
  const { $ } = connect(t);
  const sent = await withContext({ correlationId: 'order-7' }, () =>
    $.pattern('context', 1, { idempotencyKey: 'k', headers: { 'x-tenant': '가게' } }),
  );
  assert.deepEqual(sent, { 'x-tenant': '가게', 'x-correlation-id': 'order-7', 'idempotency-key': 'k' });
});

test('a lost connection leaves an unsafe call unknown and is dialled again', async (t) => {
  const proxy = await recordingProxy(nest.port);
  t.after(() => proxy.stop());
  const client = connect(t, proxy.port);
  await client.echo(1);
  const lost = errorOf(client.pay(1));
  await until(() => proxy.toServer.includes('"pay"'), 'the request');
  proxy.cut();
  const error = await lost;
  assert.deepEqual([error.code, error.reason, error.delivery], ['unavailable', 'connection_lost', 'unknown']);
  assert.equal(await client.echo('again', { waitForReady: true }), 'again');
});

test('sixteen echoes of a megabyte at once', async (t) => {
  const client = connect(t, nest.port, { limits: { maxSendBufferBytes: 64 * 1024 * 1024 } });
  const megabyte = 'x'.repeat(1024 * 1024);
  const answers = await Promise.all(Array.from({ length: 16 }, (_, at) => client.echo(`${at}:${megabyte}`)));
  assert.ok(answers.every((answer) => typeof answer === 'string' && answer.endsWith('x') && answer.length > 2 ** 20));
});

test('text split inside every character arrives whole', async (t) => {
  const proxy = await recordingProxy(nest.port, (chunk) => Array.from(chunk, (byte) => Buffer.of(byte)));
  t.after(() => proxy.stop());
  const text = '한글 😀 é 𠮷';
  assert.deepEqual(await connect(t, proxy.port).echo([text, text]), [text, text]);
});

/** Packets without their ids, which are each side's own business, but with lengths that were right. */
const withoutIds = (text: string): readonly string[] =>
  split(text).map((packet) => {
    const json = packet.slice(packet.indexOf('#') + 1);
    assert.equal(packet, `${json.length}#${json}`);
    return json.replace(/"id":"\w+"}$/, '"id":"*"}');
  });

test('requests and events are, ids aside, the bytes a Nest client sends', async (t) => {
  const theirs = await recordingProxy(nest.port);
  const own = await recordingProxy(nest.port);
  t.after(() => {
    theirs.stop();
    own.stop();
  });
  const client = nestClient(t, theirs.port);
  const { $ } = connect(t, own.port);
  const patterns = [
    { cmd: 'echo' },
    'text',
    'undefined',
    5,
    { a: 'ㄱ', z: { b: true, c: { d: 1 } } },
    { b: 'x"\\\n', c: null },
    { A: 1, a: 2, _: 3, é: 4, z: 5 },
  ];
  for (const pattern of patterns) {
    const data = { 이름: '😀 \u2028', half: '\ud83d', list: [null, false, 0, ''] };
    await firstValueFrom(client.send(pattern, data), { defaultValue: undefined }).catch(() => undefined);
    await lastValueFrom(client.emit(pattern, data), { defaultValue: undefined });
    await $.pattern(pattern, data).catch(() => undefined);
    await $.emit(pattern, data);
  }
  client.setOnDispatchHook((packet) => {
    packet.metadata = { 'x-tenant': '가게' };
  });
  await firstValueFrom(client.send('text', 0));
  await $.pattern('text', 0, { headers: { 'x-tenant': '가게' } });
  await lastValueFrom(client.emit('text', ''), { defaultValue: undefined });
  await $.emit('text', '', { headers: { 'x-tenant': '가게' } });
  const count = patterns.length * 2 + 2;
  await until(() => split(theirs.toServer).length >= count && split(own.toServer).length >= count, 'all packets');
  // A pattern with several keys is sent with them sorted; Nest sends them as they were written.
  const sorted = (json: string) => json.replace('"A":1,"a":2,"_":3,"é":4,"z":5', '"A":1,"_":3,"a":2,"z":5,"é":4');
  assert.deepEqual(withoutIds(own.toServer), withoutIds(theirs.toServer).map(sorted));
});

test('two peers of ours understand the envelope and keep the code of an error', async (t) => {
  const server = createServer({}).on('echo', (data: unknown) => data);
  server.on('limit', () => {
    throw new RpcError('slow down', { code: 'resource_exhausted', reason: 'quota', retryAfterMs: -1 });
  });
  server.on('count', async function* () {
    yield 1;
    yield 2;
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close({ drainMs: 1 }));
  const { $ } = connect(t, port, { nest: { envelope: true } });
  assert.deepEqual(await $.pattern('echo', { a: 1 }), { a: 1 });
  assert.deepEqual(await collect($.stream('count')), [1, 2]);
  const error = await errorOf($.pattern('limit'));
  assert.deepEqual([error.code, error.reason, error.retryAfterMs], ['resource_exhausted', 'quota', -1]);
});

test('an answer without the envelope that was promised is an error, not a value', async (t) => {
  const error = await errorOf(connect(t, nest.port, { nest: { envelope: true } }).echo(1));
  assert.deepEqual([error.code, error.reason], ['data_loss', 'decode_failed']);
});

test('many messages to the server are refused before anything is sent', async (t) => {
  assert.throws(() => createClient(shop, { target: 'tcp://h:1', wire: 'smoke' as 'nest' }), /wire must be/);
  const error = await errorOf(connect(t, nest.port, { limits: { maxFrameBytes: 100 } }).echo('x'.repeat(100)));
  assert.deepEqual([error.code, error.delivery], ['resource_exhausted', 'unsent']);
  assert.match(error.message, /limits\.maxFrameBytes 100/);
});
