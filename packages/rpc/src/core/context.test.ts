import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CancelListener, currentContext, detached, withContext } from './context.ts';

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const context = () => {
  const current = currentContext();
  assert.ok(current);
  return current;
};

const listener = () => {
  const heard: unknown[] = [];
  return { heard, onCancel: (reason: unknown) => void heard.push(reason) } satisfies CancelListener & {
    heard: unknown[];
  };
};

test('there is no context outside, and it follows awaits inside', async () => {
  assert.equal(currentContext(), undefined);
  await withContext({ correlationId: 'c-1' }, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(context().correlationId, 'c-1');
  });
  assert.equal(currentContext(), undefined);
});

test('an inner context inherits what it does not set, and a deadline only becomes sooner', () => {
  withContext({ correlationId: 'outer', traceparent: TRACEPARENT, tracestate: 's', timeoutMs: 50 }, () => {
    const outer = context().deadlineMs ?? 0;
    withContext({ timeoutMs: 10_000 }, () => {
      assert.equal(context().deadlineMs, outer);
      assert.equal(context().correlationId, 'outer');
      assert.equal(context().traceparent, TRACEPARENT);
      assert.equal(context().tracestate, 's');
    });
    withContext({ timeoutMs: 1 }, () => assert.ok((context().deadlineMs ?? 0) < outer));
  });
});

test('a trace is taken whole: a malformed one is ignored with its state, a new one leaves the old state behind', () => {
  withContext({ traceparent: TRACEPARENT, tracestate: 's' }, () => {
    withContext({ traceparent: 'garbage', tracestate: 'garbage' }, () => {
      assert.equal(context().traceparent, TRACEPARENT);
      assert.equal(context().tracestate, 's');
    });
    const other = TRACEPARENT.replace('4bf9', '5bf9');
    withContext({ traceparent: other }, () => {
      assert.equal(context().traceparent, other);
      assert.equal(context().tracestate, undefined);
    });
  });
});

test('detached keeps the story and drops deadline and cancellation', () => {
  withContext({ correlationId: 'c', traceparent: TRACEPARENT, timeoutMs: 5, signal: AbortSignal.abort() }, () =>
    detached(() => {
      assert.deepEqual(context(), {
        deadlineMs: undefined,
        correlationId: 'c',
        traceparent: TRACEPARENT,
        tracestate: undefined,
        cancellation: undefined,
      });
    }),
  );
});

test('an abort is heard with its reason, by those who still listen', () => {
  const controller = new AbortController();
  const [stays, leaves] = [listener(), listener()];
  withContext({ signal: controller.signal }, () => {
    const source = context().cancellation;
    assert.ok(source);
    assert.equal(source.cancelled, false);
    source.addCancelListener(stays);
    source.addCancelListener(leaves);
    source.removeCancelListener(leaves);
    controller.abort('enough');
    assert.equal(source.cancelled, true);
    assert.equal(source.cancelReason, 'enough');
  });
  assert.deepEqual(stays.heard, ['enough']);
  assert.deepEqual(leaves.heard, []);
});

test('cancelling the outer context cancels the inner one that has a signal of its own', () => {
  const outer = new AbortController();
  const heard = listener();
  withContext({ signal: outer.signal }, () =>
    withContext({ signal: new AbortController().signal }, () => {
      const source = context().cancellation;
      source?.addCancelListener(heard);
      outer.abort('outer');
      assert.equal(source?.cancelled, true);
      assert.equal(source?.cancelReason, 'outer');
    }),
  );
  assert.deepEqual(heard.heard, ['outer']);
});
