import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import type { Claim } from './claim.ts';
import { readCommand } from './command-line.ts';
import { namesAmong, UsageError, wholeNumbers } from './options.ts';

const claim: Claim = {
  name: 'claim',
  summary: '',
  options: { rate: { type: 'string', value: 'N', default: '10', help: '' } },
  run: () => Promise.reject(new Error('not run')),
};

test('only a run with defaults is kept', () => {
  equal(readCommand(claim, []).whole, true);
  equal(readCommand(claim, ['--json']).whole, true);
  for (const args of [['--quick'], ['--rounds', '2'], ['--rate', '10']]) equal(readCommand(claim, args).whole, false);
});

test('a run has three rounds of five and three seconds, unless told otherwise', () => {
  const { run } = readCommand(claim, []);
  deepEqual([run.rounds, run.warmUpMs, run.measureMs, run.options.rate], [3, 5_000, 3_000, '10']);
  equal(readCommand(claim, ['--warm-up', '0.5']).run.warmUpMs, 500);
});

test('a mistake names its option', () => {
  throws(() => readCommand(claim, ['--rounds', 'many']), /--rounds must be a number over 0, not many/);
  throws(
    () => readCommand(claim, ['--speed', '9']),
    (error) => error instanceof UsageError && /--speed/.test(error.message),
  );
  throws(() => wholeNumbers('in-flight', '1,2.5'), /--in-flight must be a whole number, not 2.5/);
  throws(() => namesAmong('only', 'a,c', ['a', 'b']), /--only knows a, b, not c/);
});
