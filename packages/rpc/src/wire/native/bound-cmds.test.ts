import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NumberedCmds } from './bound-cmds.ts';

test('commands are found by the numbers they were bound to, in whatever order', () => {
  const bound = new NumberedCmds();
  assert.deepEqual([bound.size, bound.has(1), bound.get(1)], [0, false, undefined]);
  const numbers = [1, 2, 65_535, 3, 7];
  for (const number of numbers) bound.set(number, `cmd-${number}`);
  assert.equal(bound.size, numbers.length);
  for (const number of numbers) assert.equal(bound.get(number), `cmd-${number}`);
  assert.deepEqual([bound.get(0), bound.get(4), bound.has(65_534)], [undefined, undefined, false]);
});

test('a number bound again has the later command and counts once', () => {
  const bound = new NumberedCmds();
  bound.set(9, 'a');
  bound.set(9, 'b');
  assert.deepEqual([bound.size, bound.get(9)], [1, 'b']);
});
