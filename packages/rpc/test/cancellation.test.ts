import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RpcError, withContext } from 'cmdrpc';
import { FRAME, type SeenFrame, scriptedServer } from 'cmdrpc/testing';
import { connect, gate, type LabClient, listening, serve, until } from './fixture.ts';

/** A handler that ends only when it is cancelled, and notes why. */
const untilCancelled = (reasons: unknown[]) => (_: unknown, ctx: { readonly signal: AbortSignal }) =>
  new Promise<never>((_resolve, reject) => {
    ctx.signal.addEventListener('abort', () => {
      reasons.push(ctx.signal.reason);
      reject(ctx.signal.reason);
    });
  });

test('aborting a call ends it at once, sends CANCEL and aborts the handler', async (t) => {
  const reasons: unknown[] = [];
  const logger = listening();
  const { server, target } = await serve(t, { look: untilCancelled(reasons) }, { logger });
  const client = connect(t, target);
  const controller = new AbortController();
  const call = client.look(1, { signal: controller.signal });
  await until(() => server.stats().inFlight === 1, 'the handler to run');
  controller.abort(new Error('changed my mind'));
  await assert.rejects(call, {
    code: 'cancelled',
    reason: 'caller_aborted',
    delivery: 'unknown',
    message: /changed my mind/,
  });
  await until(() => reasons.length === 1 && server.stats().inFlight === 0, 'the handler to stop');
  assert.equal(
    logger.lines.some(({ level }) => level === 'error'),
    false,
  );
});

test('a signal already aborted sends nothing', async (t) => {
  let ran = 0;
  const { target } = await serve(t, {
    look: () => {
      ran += 1;
    },
  });
  const client = connect(t, target);
  await assert.rejects(client.look(1, { signal: AbortSignal.abort() }), {
    reason: 'caller_aborted',
    delivery: 'unsent',
    attempts: 0,
  });
  await assert.rejects(
    withContext({ signal: AbortSignal.abort() }, () => client.look(1)),
    { reason: 'caller_aborted', delivery: 'unsent' },
  );
  assert.equal(ran, 0);
});

test('a signal that is aborted after the answer changes nothing and is no longer listened to', async (t) => {
  const frames: SeenFrame[] = [];
  const { target } = await scriptedServer(t, (call) => call.answer('done'), { onFrame: (frame) => frames.push(frame) });
  const client = connect(t, target);
  const controller = new AbortController();
  assert.equal(await client.look(1, { signal: controller.signal }), 'done');
  controller.abort();
  assert.equal(await client.look(2), 'done');
  assert.equal(
    frames.some(({ type }) => type === FRAME.cancel),
    false,
  );
});

test('an answer that crosses the cancellation is dropped and the connection goes on', async (t) => {
  const asked = gate();
  const { target } = await scriptedServer(
    t,
    (call) => {
      if (call.input === 'slow') asked.open();
      else call.answer(call.input);
    },
    {},
  );
  const client = connect(t, target);
  const controller = new AbortController();
  const slow = client.look('slow', { signal: controller.signal });
  await asked.passed;
  controller.abort();
  await assert.rejects(slow, { code: 'cancelled' });
  assert.equal(await client.look('next'), 'next');
});

const chain = async (
  t: Parameters<typeof serve>[0],
  reasons: unknown[],
): Promise<{ first: LabClient; depth: () => number }> => {
  const last = await serve(t, { look: untilCancelled(reasons) });
  const toLast = connect(t, last.target);
  const middle = await serve(t, { look: (input) => toLast.look(input) });
  const toMiddle = connect(t, middle.target);
  const outer = await serve(t, { look: (input) => toMiddle.look(input) });
  return { first: connect(t, outer.target), depth: () => last.server.stats().inFlight };
};

test('a cancellation reaches the end of three hops by itself', async (t) => {
  const reasons: unknown[] = [];
  const { first, depth } = await chain(t, reasons);
  const controller = new AbortController();
  const call = first.look(1, { signal: controller.signal });
  await until(() => depth() === 1, 'the last handler to run');
  controller.abort();
  await assert.rejects(call, { code: 'cancelled' });
  await until(() => reasons.length === 1 && depth() === 0, 'the last handler to stop');
});

test('a deadline that passes at the first hop stops the last', async (t) => {
  const reasons: unknown[] = [];
  const { first, depth } = await chain(t, reasons);
  await assert.rejects(first.look(1, { timeoutMs: 150 }), { code: 'deadline_exceeded' });
  await until(() => reasons.length === 1 && depth() === 0, 'the last handler to stop');
});

test('a caller that disconnects cancels what it asked for, and nobody else’s', async (t) => {
  const reasons: unknown[] = [];
  const { server, target } = await serve(t, { look: untilCancelled(reasons) });
  const [leaving, staying] = [connect(t, target), connect(t, target)];
  const left = leaving.look.safe(1);
  const stayed = staying.look.safe(1, { timeoutMs: 60_000 });
  await until(() => server.stats().inFlight === 2, 'both handlers to run');
  await leaving.$.close({ drainMs: 1 });
  const { error } = await left;
  assert.deepEqual([error?.reason, error?.delivery], ['client_closed', 'unknown']);
  await until(() => server.stats().inFlight === 1, 'one handler to stop');
  assert.equal(reasons.length, 1);
  await staying.$.close({ drainMs: 1 });
  assert.equal((await stayed).ok, false);
});

test('an event goes on when its sender leaves', async (t) => {
  const hold = gate();
  const done: string[] = [];
  const { server, target } = await serve(t, {
    happened: async ({ id }, ctx) => {
      await hold.passed;
      done.push(`${id} ${ctx.signal.aborted}`);
    },
  });
  const client = connect(t, target);
  await client.happened.emit({ id: 'a' });
  await until(() => server.stats().inFlight === 1, 'the handler to run');
  await client.$.close();
  await until(() => server.stats().connections === 0, 'the connection to close');
  hold.open();
  await until(() => done.length === 1, 'the handler to end');
  assert.deepEqual(done, ['a false']);
});

test('a signal asked for after the cancellation is aborted already', async (t) => {
  const go = gate();
  const seen: boolean[] = [];
  const { server, target } = await serve(t, {
    look: async (_, ctx) => {
      await go.passed;
      seen.push(ctx.signal.aborted);
    },
  });
  const client = connect(t, target);
  await assert.rejects(client.look(1, { timeoutMs: 50 }), { code: 'deadline_exceeded' });
  assert.equal(await client.put('round trip behind the CANCEL'), 'round trip behind the CANCEL');
  go.open();
  await until(() => server.stats().inFlight === 0, 'the handler to end');
  assert.deepEqual(seen, [true]);
});

test('waiting in the bulkhead, for a connection and between attempts can all be cancelled, truthfully', async (t) => {
  const { target } = await scriptedServer(t, (call) => {
    if (call.input === 'lose') call.reset();
  });
  const cancelled = async (client: LabClient, start: (signal: AbortSignal) => Promise<unknown>, ms: number) => {
    const controller = new AbortController();
    const call = start(controller.signal).then(
      () => assert.fail('it answered'),
      (error: unknown) => error,
    );
    await new Promise((resolve) => setTimeout(resolve, ms));
    controller.abort();
    assert.ok(client);
    const error = await call;
    assert.ok(RpcError.is(error));
    return [error.code, error.delivery];
  };
  const queued = connect(t, target, { bulkhead: { maxInFlight: 1, maxQueued: 5 } });
  void queued.look.safe('holds the place');
  assert.deepEqual(await cancelled(queued, (signal) => queued.look(1, { signal }), 20), ['cancelled', 'unsent']);
  const nowhere = connect(t, 'tcp://127.0.0.1:1');
  assert.deepEqual(await cancelled(nowhere, (signal) => nowhere.look(1, { signal, waitForReady: true }), 20), [
    'cancelled',
    'unsent',
  ]);
  const backing = connect(t, target, {
    retry: { baseMs: 60_000, capMs: 60_000 },
    timeoutMs: 600_000,
    random: () => 0.9,
  });
  assert.deepEqual(await cancelled(backing, (signal) => backing.put('lose', { signal }), 200), [
    'cancelled',
    'unknown',
  ]);
});
