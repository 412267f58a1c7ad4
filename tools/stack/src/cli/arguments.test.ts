import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from './arguments.ts';

test('each option has its mode, and none means run', () => {
  assert.equal(readArguments([]), 'run');
  assert.equal(readArguments(['--demo']), 'demo');
  assert.equal(readArguments(['--json']), 'json');
  assert.equal(readArguments(['-h']), 'help');
  assert.equal(readArguments(['--', '--demo']), 'demo');
});

test('--demo with --json, an unknown option and a stray word are refused', () => {
  assert.throws(() => readArguments(['--demo', '--json']), /one of/);
  assert.throws(() => readArguments(['--port']), /--port/);
  assert.throws(() => readArguments(['demo']), /demo/);
});
