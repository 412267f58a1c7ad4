import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RpcError } from 'cmdrpc';
import { fakeClock, memoryNetwork, type ScriptedCall, scriptedServer } from 'cmdrpc/testing';
import { connect, gate, type LabClient, passing, serve, until } from './fixture.ts';

const EFFECTS = ['look', 'put', 'pay'] as const;
const quick = { retry: { baseMs: 1, capMs: 5 } };

/** A server that treats every first attempt badly and answers the next. */
const unreliable = async (t: Parameters<typeof connect>[0], first: (call: ScriptedCall) => void) => {
  const attempts = new Map<string, number>();
  const { target } = await scriptedServer(t, (call) => {
    const count = (attempts.get(call.cmd) ?? 0) + 1;
    attempts.set(call.cmd, count);
    if (count === 1) first(call);
    else call.answer(`attempt ${call.attempt}`);
  });
  return { client: connect(t, target, quick), attempts };
};

const outcome = (client: LabClient, cmd: (typeof EFFECTS)[number]): Promise<string> =>
  client[cmd](1).then(String, (error: RpcError) => `${error.code} ${error.delivery} after ${error.attempts}`);

test('after a server that dies with the request, only what is safe to repeat is sent again', async (t) => {
  for (const cmd of EFFECTS) {
    const { client, attempts } = await unreliable(t, (call) => call.reset());
    const expected = cmd === 'pay' ? 'unavailable unknown after 1' : 'attempt 2';
    assert.equal(await outcome(client, cmd), expected, cmd);
    assert.equal(attempts.get(cmd), cmd === 'pay' ? 1 : 2, cmd);
  }
});

test('what a server refuses as unprocessed is sent again whatever it does', async (t) => {
  const refusal = { code: 'unavailable', reason: 'draining', delivery: 'unsent', retryAfterMs: 0 } as const;
  for (const cmd of EFFECTS) {
    const { client } = await unreliable(t, (call) => call.fail(new RpcError('closing', refusal)));
    assert.equal(await outcome(client, cmd), 'attempt 2', cmd);
  }
});

test('what GOAWAY leaves out was not processed; what it covers may have been', async (t) => {
  for (const cmd of EFFECTS) {
    const { client } = await unreliable(t, (call) => call.goaway(0));
    assert.equal(await outcome(client, cmd), 'attempt 2', cmd);
  }
  const covered = await unreliable(t, (call) => {
    call.goaway(call.callId);
    call.reset();
  });
  assert.equal(await outcome(covered.client, 'pay'), 'unavailable unknown after 1');
});

test('an answer on purpose is final, whatever its code', async (t) => {
  for (const code of ['unavailable', 'deadline_exceeded', 'internal'] as const) {
    const { client, attempts } = await unreliable(t, (call) => call.fail(new RpcError('no', { code })));
    assert.equal(await outcome(client, 'look'), `${code} answered after 1`);
    assert.equal(attempts.get('look'), 1);
  }
});

test('a server that says never, or says nothing of when while it is full, is not asked again', async (t) => {
  const never = await unreliable(t, (call) =>
    call.fail(new RpcError('no', { code: 'unavailable', delivery: 'unsent', retryAfterMs: -1 })),
  );
  assert.equal(await outcome(never.client, 'look'), 'unavailable unsent after 1');
  const full = await unreliable(t, (call) =>
    call.fail(new RpcError('no', { code: 'resource_exhausted', delivery: 'unsent' })),
  );
  assert.equal(await outcome(full.client, 'look'), 'resource_exhausted unsent after 1');
});

test('after an attempt that may have run, no later one makes the call unsent', async (t) => {
  const { target } = await scriptedServer(t, (call) => {
    if (call.attempt === 1) call.reset();
    else call.fail(new RpcError('closing', { code: 'unavailable', reason: 'draining', delivery: 'unsent' }));
  });
  const client = connect(t, target, quick);
  const error = await client.put(1).catch((thrown: unknown) => thrown);
  assert.ok(RpcError.is(error));
  assert.deepEqual([error.delivery, error.reason, error.attempts], ['unknown', 'draining', 3]);
  assert.match(error.message, /an earlier attempt may have run/);
});

test('calls that end by one cause each get an error of their own', async (t) => {
  const asked: ScriptedCall[] = [];
  const { target } = await scriptedServer(t, (call) => {
    asked.push(call);
    if (asked.length === 3) call.goaway(0);
  });
  const client = connect(t, target, { retry: { maxAttempts: 1 } });
  const results = await Promise.all([client.look.safe(1), client.put.safe(2), client.pay.safe(3)]);
  assert.deepEqual(
    results.map(({ error }) => [error?.cmd, error?.reason, error?.attempts]),
    [
      ['look', 'draining', 1],
      ['put', 'draining', 1],
      ['pay', 'draining', 1],
    ],
  );
  const nowhere = connect(t, 'tcp://127.0.0.1:1', { retry: { maxAttempts: 1 } });
  const refused = await Promise.all([nowhere.look.safe(1), nowhere.pay.safe(2)]);
  const later = await nowhere.put.safe(3);
  assert.deepEqual(
    [...refused, later].map(({ error }) => error?.cmd),
    ['look', 'pay', 'put'],
  );
});

test('the idempotency key and the attempt travel with each try', async (t) => {
  const seen: unknown[] = [];
  const { server, target, port } = await serve(t, {
    put: (input, ctx) => {
      seen.push([ctx.attempt, ctx.idempotencyKey, input]);
      if (ctx.attempt === 1) throw new RpcError('x', { code: 'unavailable' });
      return 'done';
    },
  });
  assert.ok(server && port);
  await connect(t, target)
    .put('a', { idempotencyKey: 'k' })
    .catch(() => undefined);
  assert.deepEqual(seen, [[1, 'k', 'a']]);
  const tries: number[] = [];
  const scripted = await scriptedServer(t, (call) => {
    tries.push(call.attempt);
    if (call.attempt < 3) call.reset();
    else call.answer('third');
  });
  assert.equal(await connect(t, scripted.target, quick).put('a'), 'third');
  assert.deepEqual(tries, [1, 2, 3]);
});

test('under a total outage attempts stay within 1.2 times the calls and the floor', async (t) => {
  let attempts = 0;
  const { target } = await scriptedServer(t, (call) => {
    attempts += 1;
    call.fail(new RpcError('down', { code: 'unavailable', delivery: 'unsent' }));
  });
  const client = connect(t, target, { ...quick, bulkhead: { maxInFlight: 100, maxQueued: 5_000 } });
  const calls = 2_000;
  await Promise.all(Array.from({ length: calls }, () => client.look.safe(1)));
  assert.ok(attempts >= calls * 1.1 && attempts <= calls * 1.2 + 60, `${attempts} attempts of ${calls} calls`);
});

test('a closing client ends calls between attempts and in its queue as closed, and waits for them before', async (t) => {
  const clock = fakeClock();
  const options = { clock, network: memoryNetwork() };
  const hold = gate();
  const { target } = await serve(t, { look: () => hold.passed, put: () => 'late' }, options);
  const client = connect(t, target, { ...options, bulkhead: { maxInFlight: 1, maxQueued: 3 } });
  const [running, queued] = [client.look.safe(1), client.put.safe(2)];
  await clock.advance(1);
  const closing = client.$.close({ drainMs: 1_000 });
  await clock.advance(1_100);
  await closing;
  const ends = await Promise.all([running, queued]);
  assert.deepEqual(
    ends.map(({ error }) => [error?.reason, error?.delivery]),
    [
      ['client_closed', 'unknown'],
      ['client_closed', 'unsent'],
    ],
  );
  const backing = connect(t, 'tcp://memory:9', {
    ...options,
    retry: { baseMs: 4_000, capMs: 4_000 },
    random: () => 0.99,
  });
  const between = backing.look.safe(1, { timeoutMs: 60_000 });
  await clock.advance(5);
  await passing(clock, backing.$.close({ drainMs: 100 }));
  assert.deepEqual([(await between).error?.reason, (await between).error?.delivery], ['client_closed', 'unsent']);
  hold.open();
  const patient = connect(t, target, { ...options, bulkhead: { maxInFlight: 1, maxQueued: 3 } });
  const answers = [patient.put(1), patient.put(2), patient.put(3)];
  await passing(clock, patient.$.close());
  assert.deepEqual(await Promise.all(answers), ['late', 'late', 'late']);
});

test('a queue whose endpoint is down fails in a row, however long it is', async (t) => {
  const client = connect(t, 'tcp://127.0.0.1:1', {
    retry: { maxAttempts: 1 },
    bulkhead: { maxInFlight: 1, maxQueued: 50_000 },
  });
  const results = await Promise.all(Array.from({ length: 50_000 }, () => client.pay.safe(1)));
  assert.ok(results.every(({ error }) => error?.code === 'unavailable' && error.delivery === 'unsent'));
  await until(() => client.$.stats().endpoints[0]?.inFlight === 0, 'nothing to be in flight');
});
