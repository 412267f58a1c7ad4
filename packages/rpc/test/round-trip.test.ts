import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer, currentContext, RpcError, withContext } from 'cmdrpc';
import type { Schema } from 'cmdrpc/contract';
import { contract, event, unary } from 'cmdrpc/contract';
import { z } from 'zod';
import { connect, gate, lab, listening, serve, until } from './fixture.ts';

const failure = async (promise: Promise<unknown>): Promise<RpcError> => {
  const error = await promise.then(
    () => assert.fail('it succeeded'),
    (thrown: unknown) => thrown,
  );
  assert.ok(RpcError.is(error), String(error));
  return error;
};

test('a typed call arrives parsed and its answer comes back', async (t) => {
  const { target } = await serve(t, { price: ({ id, amount }) => ({ total: id.length * amount, secret: 'cut' }) });
  const client = connect(t, target);
  const answer: { total: number } = await client.price({ id: '한국😀' });
  assert.deepEqual(answer, { total: 4 });
});

test('every kind of value makes the trip, up to megabytes', async (t) => {
  const { target } = await serve(t);
  const client = connect(t, target);
  const values = [
    undefined,
    null,
    0,
    'x'.repeat(3_000_000),
    Buffer.alloc(2_000_000, 7),
    [{ a: 1n << 60n }],
    new Date(5),
  ];
  for (const value of values) assert.deepEqual(await client.look(value), value);
});

test('ten thousand calls at once each get their own answer', async (t) => {
  const { target } = await serve(t, {
    look: async (input) => {
      if (Number(input) % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
      return input;
    },
  });
  const client = connect(t, target, { bulkhead: { maxInFlight: 500, maxQueued: 10_000 } });
  const answers = await Promise.all(Array.from({ length: 10_000 }, (_, index) => client.look(index)));
  assert.deepEqual(
    answers,
    answers.map((_, index) => index),
  );
});

test('.safe narrows details by reason, and a declared code is the one that travels', async (t) => {
  const { target } = await serve(t, {
    price: ({ id }, ctx) => {
      if (id === 'gone') throw ctx.errors.not_known({ id });
      throw ctx.errors.out_of_stock({ left: 3 }, 'only three left');
    },
  });
  const client = connect(t, target);
  const result = await client.price.safe({ id: 'a' });
  assert.equal(result.ok, false);
  if (!result.ok && result.error.reason === 'out_of_stock') {
    const left: number = result.error.details.left;
    assert.equal(left, 3);
    assert.equal(result.error.message, 'only three left');
    assert.equal(result.error.code, 'failed_precondition');
    assert.equal(result.error.delivery, 'answered');
    // @ts-expect-error the details of another reason
    result.error.details.id satisfies string;
  } else assert.fail('not narrowed');
  const gone = await client.price.safe({ id: 'gone' });
  assert.equal(gone.error?.code, 'not_found');
  assert.equal(gone.error?.httpStatus, 404);
  if (gone.ok) gone.value.total satisfies number;
});

test('what does not compile: missing handlers, wrong inputs, undeclared reasons', () => {
  const server = createServer();
  assert.throws(
    // @ts-expect-error handlers are missing
    () => server.implement(lab, { look: () => 1 }),
    /has no handler for put/,
  );
  const types = (client: ReturnType<typeof createClient<typeof lab.commands>>) => {
    // @ts-expect-error id is missing
    void client.price({});
    // @ts-expect-error an event has no answer
    void client.happened({ id: 'a' });
    // @ts-expect-error a unary command does not emit
    void client.look.emit(1);
  };
  assert.equal(typeof types, 'function');
});

test('input that breaks the contract says where, not what, and runs no handler', async (t) => {
  let ran = 0;
  const { target } = await serve(t, {
    price: () => {
      ran += 1;
      return { total: 1 };
    },
  });
  const client = connect(t, target);
  const error = await failure(client.$.pattern({ cmd: 'price' }, { id: 5, amount: 'secret-value' }));
  assert.deepEqual([error.code, error.reason, error.delivery], ['invalid_argument', 'input_schema', 'unsent']);
  const details = error.details as { issues: { path: string; message: string }[] };
  assert.deepEqual(
    details.issues.map(({ path }) => path),
    ['/id', '/amount'],
  );
  assert.equal(JSON.stringify(details).includes('secret-value'), false);
  assert.equal(ran, 0);
});

test('output that breaks the contract is the fault of the server and tells the caller nothing of it', async (t) => {
  const logger = listening();
  const { target } = await serve(t, { price: () => ({ total: 'inner-secret' }) as never }, { logger });
  const error = await failure(connect(t, target).price({ id: 'a' }));
  assert.deepEqual([error.code, error.reason, error.details], ['internal', 'output_schema', undefined]);
  assert.ok(logger.lines.some(({ message }) => message === 'rpc output does not fit its contract'));
});

test('nothing of an unexpected throw leaks; both sides know its id', async (t) => {
  const logger = listening();
  const { target } = await serve(
    t,
    {
      pay: () => {
        throw Object.assign(new Error('connect 10.0.0.7 password=hunter2'), { code: 'E_INNER', details: { ssn: 1 } });
      },
      look: () => Promise.reject('thrown string hunter2'),
    },
    { logger },
  );
  const client = connect(t, target);
  for (const call of [client.pay(1), client.look(1)]) {
    const error = await failure(call);
    assert.deepEqual([error.code, error.reason, error.details], ['internal', 'handler_threw', undefined]);
    assert.equal(JSON.stringify({ ...error, message: error.message }).includes('hunter2'), false);
    const line = logger.lines.find(({ fields }) => (fields as { errorId?: string }).errorId === error.errorId);
    assert.equal(line?.level, 'error');
  }
});

test('a failure of a nested call becomes reason remote and keeps its code only where that is true of this call', async (t) => {
  const inner = await serve(t, {
    pay: () => {
      throw new RpcError('no such card', { code: 'not_found', reason: 'card_unknown', details: { pan: '4111' } });
    },
  });
  const toInner = connect(t, inner.target);
  const toNowhere = connect(t, 'tcp://127.0.0.1:1', { retry: { maxAttempts: 1 } });
  const outer = await serve(t, { pay: (input) => toInner.pay(input), look: (input) => toNowhere.look(input) });
  const client = connect(t, outer.target);
  const refused = await failure(client.pay(1));
  assert.deepEqual([refused.code, refused.reason, refused.details], ['internal', 'remote', undefined]);
  assert.equal(refused.message.includes('card'), false);
  const down = await failure(client.look(1));
  assert.deepEqual([down.code, down.reason, down.delivery], ['unavailable', 'remote', 'answered']);
  assert.equal(down.attempts, 1);
});

test('an error made by the handler itself is meant for the caller', async (t) => {
  const { target } = await serve(t, {
    pay: () => {
      throw new RpcError('slow down', {
        code: 'resource_exhausted',
        reason: 'quota',
        delivery: 'unsent',
        retryAfterMs: 9,
      });
    },
  });
  const error = await failure(connect(t, target).pay(1));
  assert.deepEqual(
    [error.code, error.reason, error.delivery, error.retryAfterMs],
    ['resource_exhausted', 'quota', 'answered', 9],
  );
});

test('untyped patterns meet whatever the order of keys, and contracts by {cmd}', async (t) => {
  const { server, target } = await serve(t);
  server.on({ cmd: 'sum' }, (numbers: number[]) => numbers.reduce((a, b) => a + b, 0));
  server.on({ role: 'math', version: 2 }, (n: number) => n * 2);
  server.on('plain', z.object({ x: z.number() }), ({ x }) => x);
  const { $ } = connect(t, target);
  assert.equal(await $.pattern<number>({ cmd: 'sum' }, [1, 2, 3]), 6);
  assert.equal(await $.pattern({ version: 2, role: 'math' }, 4), 8);
  assert.equal(await $.pattern('plain', { x: 5 }), 5);
  assert.deepEqual(await $.pattern({ cmd: 'look' }, { a: 1 }), { a: 1 });
  assert.equal((await failure($.pattern('plain', { x: 'no' }))).reason, 'input_schema');
  const unknown = await failure($.pattern({ cmd: 'nothing' }));
  assert.deepEqual([unknown.code, unknown.reason, unknown.delivery], ['unimplemented', 'cmd_not_found', 'unsent']);
});

test('what an untyped handler throws with a code of its own reaches the caller; one of the system, of Node or of a database does not', async (t) => {
  const { server, target } = await serve(t);
  const throwing = (name: string, error: unknown) =>
    server.on(name, () => {
      throw error;
    });
  throwing('own', Object.assign(new Error('sold out'), { code: 'sold_out', details: { left: 0 } }));
  throwing('coded', { code: 'not_found', message: 'no user' });
  throwing(
    'os',
    Object.assign(new Error('connect ECONNREFUSED 10.0.0.7'), { code: 'ECONNREFUSED', syscall: 'connect' }),
  );
  throwing('node', Object.assign(new Error('bad arg'), { code: 'ERR_INVALID_ARG_TYPE' }));
  const violation = Object.assign(new Error('duplicate key value violates unique constraint'), {
    code: '23505',
    severity: 'ERROR',
    routine: '_bt_check_unique',
    detail: 'Key (card)=(4111) already exists.',
  });
  throwing('sql', violation);
  throwing('short', Object.assign(new Error('five letters'), { code: 'STOCK' }));
  throwing('mongo', Object.assign(new Error('E11000 duplicate key'), { code: 11_000 }));
  const { $ } = connect(t, target);
  const own = await failure($.pattern('own'));
  assert.deepEqual(
    [own.code, own.reason, own.details, own.message],
    ['failed_precondition', 'sold_out', { left: 0 }, 'sold out'],
  );
  assert.equal((await failure($.pattern('coded'))).code, 'not_found');
  assert.equal((await failure($.pattern('short'))).reason, 'STOCK');
  for (const name of ['os', 'node', 'sql', 'mongo']) {
    const error = await failure($.pattern(name));
    assert.deepEqual([error.code, error.reason, error.details], ['internal', 'handler_threw', undefined], name);
    assert.ok(error.errorId);
    assert.equal(error.message, `"${name}" failed`);
  }
});

test('an event resolves when written, or with ack when its handler has taken it', async (t) => {
  const hold = gate();
  const seen: string[] = [];
  const { target } = await serve(t, {
    happened: async ({ id }) => {
      await hold.passed;
      seen.push(id);
      return `row of ${id}` as never;
    },
  });
  const client = connect(t, target);
  await client.happened.emit({ id: 'a' });
  assert.deepEqual(seen, []);
  const acknowledged = client.happened.emit({ id: 'b' }, { ack: true });
  hold.open();
  assert.equal(await acknowledged, undefined);
  assert.deepEqual(seen, ['a', 'b']);
  // What an event's handler returns is nobody's to see, however it is called.
  assert.equal(await client.$.pattern({ cmd: 'happened' }, { id: 'c' }), undefined);
});

test('an acknowledged event fails like a call; an unacknowledged one fails nobody', async (t) => {
  const logger = listening();
  const { target } = await serve(t, {}, { logger });
  const client = connect(t, target);
  assert.equal((await failure(client.$.emit('nothing', 1, { ack: true }))).reason, 'cmd_not_found');
  await client.$.emit('nothing', 1);
  await until(
    () => logger.lines.filter(({ message }) => message === 'rpc call failed').length === 2,
    'both to be logged',
  );
  assert.equal(await client.look('still fine'), 'still fine');
});

test('the last events of a client that closes still arrive', async (t) => {
  const { port } = await (async () => {
    const seen: number[] = [];
    const served = await serve(t, { look: () => seen.length });
    served.server.on('tick', (n: number) => void seen.push(n));
    return served;
  })();
  const sender = connect(t, `tcp://127.0.0.1:${port}`, { bulkhead: { maxInFlight: 1_000 } });
  const filler = 'x'.repeat(20_000);
  await sender.$.emit('tick', filler);
  await Promise.all(Array.from({ length: 300 }, () => sender.$.emit('tick', filler)));
  await sender.$.close();
  const reader = connect(t, `tcp://127.0.0.1:${port}`);
  let count = 0;
  for (let tries = 0; tries < 500 && count < 301; tries += 1) count = Number(await reader.look(0));
  assert.equal(count, 301);
});

test('a handler sees who calls, with what headers, on which attempt; nested calls inherit the correlation id', async (t) => {
  const inner = await serve(t, { look: (_, ctx) => [ctx.correlationId, ctx.traceparent, ctx.peer.name] });
  const nested = connect(t, inner.target, { name: 'outer' });
  const { target } = await serve(t, {
    look: async (_, ctx) => ({
      headers: { ...ctx.headers },
      key: ctx.idempotencyKey,
      attempt: ctx.attempt,
      peer: ctx.peer.name,
      nested: await nested.look(0),
      current: currentContext()?.correlationId,
    }),
  });
  const client = connect(t, target, { name: 'tester' });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const seen = await withContext({ correlationId: '주문-1', traceparent }, () =>
    client.look(0, { idempotencyKey: 'key-1', headers: { 'x-tenant': '가' } }),
  );
  assert.deepEqual(seen, {
    headers: { 'x-tenant': '가' },
    key: 'key-1',
    attempt: 1,
    peer: 'tester',
    nested: ['주문-1', traceparent, 'outer'],
    current: '주문-1',
  });
});

test('a payload that cannot be encoded fails its own call only, on either side', async (t) => {
  const { target } = await serve(t, { pay: () => 2n ** 70n, look: (input) => input });
  const client = connect(t, target);
  const mine = await failure(client.look(2n ** 70n));
  assert.deepEqual([mine.code, mine.reason, mine.delivery], ['invalid_argument', 'encode_failed', 'unsent']);
  const theirs = await failure(client.pay(1));
  assert.deepEqual([theirs.code, theirs.reason, theirs.delivery], ['internal', 'encode_failed', 'answered']);
  assert.equal(await client.look('fine'), 'fine');
});

const throwingSchema = (error: Error): Schema => ({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate() {
      throw error;
    },
  },
});

test('a validator that throws fails its call and neither the connection nor the place it holds', async (t) => {
  const logger = listening();
  const broken = contract(
    'broken',
    { version: '1' },
    {
      bad_input: unary({ input: throwingSchema(new Error('inner')), output: z.unknown() }),
      bad_output: unary({ input: z.unknown(), output: throwingSchema(new Error('inner')) }),
      good: unary({ input: z.unknown(), output: z.unknown() }),
    },
  );
  const server = createServer({ logger }).implement(broken, { bad_input: () => 1, bad_output: () => 1, good: () => 1 });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close({ drainMs: 1 }));
  const client = createClient(broken, { target: `tcp://127.0.0.1:${port}`, retry: { maxAttempts: 1 } });
  t.after(() => client.$.close());
  for (const call of [client.bad_input(1), client.bad_output(1)]) {
    const error = await failure(call);
    assert.deepEqual([error.code, error.delivery, error.message.includes('inner')], ['internal', 'answered', false]);
  }
  assert.equal(await client.good(1), 1);
  assert.equal(server.stats().inFlight, 0);
});

test('a thenable that settles twice answers once', async (t) => {
  const { server, target } = await serve(t, {
    look: () => ({
      // biome-ignore lint/suspicious/noThenProperty: what query builders of other libraries are
      then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
        resolve('first');
        resolve('second');
        reject(new Error('third'));
      },
    }),
  });
  const client = connect(t, target);
  assert.equal(await client.look(1), 'first');
  assert.equal(await client.pay('next'), 'next');
  assert.equal(server.stats().inFlight, 0);
});

test('filters run in order around the handler and may change the outcome', async (t) => {
  const order: string[] = [];
  const { target } = await (async () => {
    const server = createServer()
      .use(async (ctx, next) => {
        order.push(`outer ${ctx.cmd}`);
        try {
          return [await next(ctx)];
        } finally {
          order.push('outer end');
        }
      })
      .use(async (ctx, next) => {
        order.push('inner');
        if (ctx.headers['x-refuse'] !== undefined) throw new RpcError('not you', { code: 'permission_denied' });
        return next(ctx);
      })
      .on('greet', (name: string) => `hello ${name}`);
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    t.after(() => server.close({ drainMs: 1 }));
    return { target: `tcp://127.0.0.1:${port}` };
  })();
  const { $ } = connect(t, target);
  assert.deepEqual(await $.pattern('greet', 'a'), ['hello a']);
  assert.deepEqual(order, ['outer "greet"', 'inner', 'outer end']);
  const error = await failure($.pattern('greet', 'a', { headers: { 'x-refuse': '1' } }));
  assert.deepEqual([error.code, error.message], ['permission_denied', 'not you']);
});

test('a filter that passes on another context changes what later filters, the handler and its calls see', async (t) => {
  const inner = await serve(t, { look: (_, ctx) => ctx.correlationId });
  const nested = connect(t, inner.target);
  const guarded = createServer()
    .use((ctx, next) => next(ctx.cmd === 'pay' ? ctx : { ...ctx, correlationId: 'changed' }))
    .use((ctx, next) => next(ctx.cmd === 'pay' ? ctx : { ...ctx, headers: { ...ctx.headers, tenant: 'kr' } }))
    .implement(lab, {
      look: async (_, ctx) => ({ ...ctx.headers, own: ctx.correlationId, nested: await nested.look(1) }),
      put: () => undefined,
      pay: (_, ctx) => ({ ...ctx.headers }),
      price: ({ id }, ctx) => {
        assert.ok(ctx.remainingMs() > 0 && !ctx.signal.aborted && ctx.cmd === 'price');
        throw ctx.errors.not_known({ id });
      },
      happened: () => undefined,
    });
  const { port } = await guarded.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => guarded.close({ drainMs: 1 }));
  const client = connect(t, `tcp://127.0.0.1:${port}`);
  const options = { headers: { a: '1' }, correlationId: 'original' };
  assert.deepEqual(await client.look(1, options), { a: '1', tenant: 'kr', own: 'changed', nested: 'changed' });
  assert.deepEqual(await client.pay(1, options), { a: '1' });
  assert.deepEqual((await client.price.safe({ id: 'x' }, options)).error?.details, { id: 'x' });
});

test('one handler for one command, and only for those of the contract', () => {
  const events = contract('c', { version: '1' }, { a: event({ input: z.unknown() }) });
  const server = createServer().implement(events, { a: () => undefined });
  assert.throws(() => server.on({ cmd: 'a' }, () => 1), /a has a handler already/);
  assert.throws(() => createServer().implement(events, { a: () => undefined, b: () => 1 } as never), /no command b/);
});

test('a port that is taken says so with the system error as it is', async (t) => {
  const { port } = await serve(t);
  await assert.rejects(createServer().listen({ host: '127.0.0.1', port }), { code: 'EADDRINUSE' });
});
