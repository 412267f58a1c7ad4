import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detached, RpcError, withContext } from 'cmdrpc';
import { fakeClock, memoryNetwork, scriptedServer } from 'cmdrpc/testing';
import { connect, gate, serve } from './fixture.ts';

/** Everything on a clock that only moves when told. */
const still = () => {
  const clock = fakeClock(1_000);
  return { clock, options: { clock, network: memoryNetwork() } };
};

const late = { code: 'deadline_exceeded' };

test('a call ends when its own budget is over, as unknown, and the server hears of it', async (t) => {
  const { clock, options } = still();
  const aborted = gate();
  const { target } = await serve(
    t,
    { look: (_, ctx) => new Promise(() => ctx.signal.addEventListener('abort', () => aborted.open())) },
    options,
  );
  const client = connect(t, target, options);
  const call = client.look.safe(1, { timeoutMs: 200 });
  let ended = false;
  void call.then(() => {
    ended = true;
  });
  await clock.advance(195);
  assert.equal(ended, false);
  await clock.advance(30);
  const { error } = await call;
  assert.deepEqual([error?.code, error?.reason, error?.delivery], ['deadline_exceeded', 'no_answer', 'unknown']);
  assert.match(error?.message ?? '', /look took longer than its 200 ms/);
  assert.equal(error?.attempts, 1);
  await aborted.passed;
});

test('the budget is the call’s, else the command’s, else the client’s', async (t) => {
  const { clock, options } = still();
  const never = () => new Promise<never>(() => undefined);
  const { target } = await serve(t, { look: never, price: never }, options);
  const client = connect(t, target, { ...options, timeoutMs: 800 });
  const endsAfter = async (call: Promise<unknown>): Promise<number> => {
    const startedMs = clock.now();
    let endedMs = 0;
    const over = call.catch(() => {
      endedMs = clock.now();
    });
    for (let step = 0; step < 400 && endedMs === 0; step += 1) await clock.advance(10);
    await over;
    return endedMs - startedMs;
  };
  const near = (actual: number, expected: number) =>
    assert.ok(actual >= expected && actual <= expected + 20, `${actual}`);
  near(await endsAfter(client.look(1, { timeoutMs: 100 })), 100);
  near(await endsAfter(client.look(1)), 800);
  near(await endsAfter(client.price({ id: 'a' })), 3_000);
  near(await endsAfter(withContext({ timeoutMs: 1e9 }, () => client.look(1, { timeoutMs: 50 }))), 50);
});

test('what is over before it begins, or is no number, is never sent', async (t) => {
  let ran = 0;
  const { target } = await serve(t, {
    look: () => {
      ran += 1;
    },
  });
  const client = connect(t, target);
  await client.$.ready();
  for (const timeoutMs of [0, -5, Number.NaN]) {
    await assert.rejects(client.look(1, { timeoutMs }), {
      ...late,
      reason: 'before_send',
      delivery: 'unsent',
      attempts: 0,
    });
  }
  await assert.rejects(
    withContext({ timeoutMs: 1 }, () => client.look(1)),
    { ...late, reason: 'before_send', delivery: 'unsent', message: /one it inherits: .* detached\(\)/ },
  );
  assert.equal(ran, 0);
});

test('a call that is dead on arrival never runs its handler and is known as unprocessed', async (t) => {
  const { clock, options } = still();
  let ran = 0;
  const { target } = await serve(
    t,
    {
      pay: () => {
        ran += 1;
      },
    },
    // A server whose clock stands ahead by the time the frame takes.
    { ...options, clock: { ...clock, now: () => clock.now() + delay.ms } },
  );
  const delay = { ms: 0 };
  const client = connect(t, target, { ...options, retry: { maxAttempts: 1 } });
  await client.$.ready();
  const slow = { now: clock.now };
  clock.now = () => {
    // Read when the frame is made and again when it is judged, half a second later.
    delay.ms += 250;
    return slow.now();
  };
  const result = await client.pay.safe(1, { timeoutMs: 0.5 });
  clock.now = slow.now;
  assert.equal(ran, 0);
  assert.deepEqual([result.error?.code, result.error?.delivery], ['deadline_exceeded', 'unsent']);
});

test('withContext and the call being served bound every nested call, shrinking over three hops', async (t) => {
  const budgets: number[] = [];
  const last = await serve(t, { look: (_, ctx) => void budgets.push(ctx.remainingMs()) });
  const toLast = connect(t, last.target);
  const middle = await serve(t, {
    look: async (input, ctx) => {
      budgets.push(ctx.remainingMs());
      await toLast.look(input, { timeoutMs: 60_000 });
    },
  });
  const toMiddle = connect(t, middle.target);
  const first = await serve(t, {
    look: async (input, ctx) => {
      budgets.push(ctx.remainingMs());
      await toMiddle.look(input, { timeoutMs: 60_000 });
    },
  });
  const client = connect(t, first.target);
  await withContext({ timeoutMs: 2_000 }, () => client.look(1, { timeoutMs: 60_000 }));
  assert.equal(budgets.length, 3);
  const [outer = 0, inner = 0, innermost = 0] = budgets;
  assert.ok(outer <= 1_995 && outer > 1_000, `${outer}`);
  assert.ok(inner <= outer - 4 && innermost <= inner - 4 && innermost > 500, `${budgets.join(' > ')}`);
});

test('work that is detached outlives its caller’s deadline', async (t) => {
  const { clock, options } = still();
  const inner = await serve(t, { look: (_, ctx) => ctx.remainingMs() }, options);
  const nested = connect(t, inner.target, options);
  const outer = await serve(
    t,
    {
      look: async () => [
        await nested.look(1, { timeoutMs: 30_000 }),
        await detached(() => nested.look(1, { timeoutMs: 30_000 })),
      ],
    },
    options,
  );
  const client = connect(t, outer.target, options);
  const answer = client.look(1, { timeoutMs: 1_000 });
  await clock.advance(1);
  const [bound, free] = (await answer) as [number, number];
  assert.ok(bound <= 995, `${bound}`);
  assert.ok(free > 29_000, `${free}`);
});

test('a server gives no handler more than its own maximum', async (t) => {
  const { target } = await serve(t, { look: (_, ctx) => ctx.remainingMs() }, { limits: { maxDeadlineMs: 500 } });
  const client = connect(t, target, { timeoutMs: Number.POSITIVE_INFINITY });
  assert.ok(Number(await client.look(1)) <= 500);
});

test('the deadline covers waiting for a connection, and then nothing was sent', async (t) => {
  const silent = { dial: () => ({ abort: () => undefined }), listen: () => Promise.reject(new Error('no')) };
  const clock = fakeClock();
  const client = connect(t, 'tcp://127.0.0.1:1', { clock, network: silent });
  const call = client.pay.safe(1, { timeoutMs: 100 });
  await clock.advance(120);
  const { error } = await call;
  assert.deepEqual([error?.code, error?.reason, error?.delivery], ['deadline_exceeded', 'connecting', 'unsent']);
});

test('it covers all attempts together, and after one that may have run the end is never unsent', async (t) => {
  const { target } = await scriptedServer(t, (call) => {
    if (call.attempt === 1) call.reset();
  });
  const client = connect(t, target);
  const error = await client.put(1, { timeoutMs: 300 }).catch((thrown: unknown) => thrown);
  assert.ok(RpcError.is(error));
  assert.deepEqual([error.code, error.delivery, error.attempts], ['deadline_exceeded', 'unknown', 2]);
  assert.ok((error.phaseTimings?.totalMs ?? 0) >= 300 && (error.phaseTimings?.totalMs ?? 0) < 2_000);
});
