import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CmdNumbers } from './cmd-numbers.ts';
import type { ClientRoute } from './outgoing-call.ts';

test('commands are numbered from one on, in the order in which the peer was told', () => {
  const numbers = new CmdNumbers();
  const routes = ['a', 'b', 'c'].map((cmd) => ({ cmd }) as ClientRoute);
  for (const [index, route] of routes.entries()) {
    assert.deepEqual([numbers.size, numbers.get(route)], [index, undefined]);
    numbers.add(route);
  }
  assert.deepEqual(
    routes.map((route) => numbers.get(route)),
    [1, 2, 3].map((number) => ({ number, name: undefined })),
  );
});
