import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../src/testing/seeded.ts';
import { fuzzParsers } from './parsers.ts';

test('every parser reads or refuses whatever comes, and the same in any chunks', (t) => {
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${seed}; again by hand: node packages/rpc/scripts/fuzz.ts --seed ${seed}`);
  const random = seeded(seed);
  const untilMs = performance.now() + 1_200;
  let inputs = 0;
  do {
    const finding = fuzzParsers(random);
    assert.equal(finding, undefined, `seed ${seed}, input ${inputs}: ${finding?.parser} ${finding?.hex}`);
    inputs += 1;
  } while (performance.now() < untilMs);
});
