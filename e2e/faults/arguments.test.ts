import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from './arguments.ts';

const seedsOf = (...args: string[]): readonly number[] => {
  const wanted = readArguments(args, () => 0.5);
  assert.equal(wanted.mode, 'run');
  return wanted.seeds;
};

test('seeds follow the first one, which is drawn when it is not said', () => {
  assert.deepEqual(seedsOf('--from', '7', '--seeds', '3'), [7, 8, 9]);
  assert.equal(seedsOf().length, 20);
  assert.equal(seedsOf()[0], 1_073_741_823);
});

test('one seed can be run again', () => assert.deepEqual(seedsOf('--seed', '1234'), [1234]));

test('what makes no sense is refused by the name of its option', () => {
  assert.throws(() => seedsOf('--seed', 'x'), /--seed must be a whole number/);
  assert.throws(() => seedsOf('--seeds', '0'), /--seeds must be a whole number from 1/);
  assert.throws(() => seedsOf('--seed', '1', '--seeds', '2'), /--seed is one seed/);
  assert.throws(() => seedsOf('--sedes', '2'), /--sedes/);
});
