import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallTable } from './call-table.ts';
import type { ServerCall } from './server-call.ts';

const call = (callId: number) => ({ callId }) as ServerCall;

test('every call is found by its number until it is taken out, whichever goes first', () => {
  for (const order of [
    [1, 2, 3],
    [3, 2, 1],
    [2, 3, 1],
  ]) {
    const table = new CallTable();
    const calls = [1, 2, 3].map(call);
    for (const one of calls) table.add(one);
    assert.deepEqual([table.size, table.get(4)], [3, undefined]);
    for (const [index, callId] of order.entries()) {
      assert.equal(table.get(callId), calls[callId - 1]);
      table.delete(callId);
      assert.deepEqual([table.size, table.get(callId)], [2 - index, undefined]);
    }
    assert.deepEqual(table.all(), []);
  }
});

test('a place that became free is taken again, and the others keep theirs', () => {
  const table = new CallTable();
  const [first, second, third] = [call(1), call(2), call(3)] as const;
  table.add(first);
  table.add(second);
  table.delete(1);
  table.add(third);
  assert.deepEqual([table.get(2), table.get(3), table.size], [second, third, 2]);
  assert.deepEqual(new Set(table.all()), new Set([second, third]));
  table.delete(9);
  assert.equal(table.size, 2);
});
