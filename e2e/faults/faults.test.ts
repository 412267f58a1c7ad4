import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runGroup } from './group.ts';
import { describe } from './invariants/finding.ts';

/**
 * Among them a kill of everything, databases stopped, torn connections, providers that answer and lie, and accounts that
 * are paid into, some at the moment of a cancellation and with notices that come twice or late.
 */
const SEEDS = [48, 27, 38];

test('a shop that is killed, cut and lied to keeps its promises, and no secret is left in what it wrote', async () => {
  const { results, findings } = await runGroup({ seeds: SEEDS });
  assert.deepEqual([...results.flatMap((result) => result.findings), ...findings].map(describe), []);
  assert.ok(results.reduce((charges, result) => charges + result.charges, 0) > 0, 'something was charged');
  assert.ok(
    results.some(({ deposits }) => deposits.includes('taken')),
    'an account was paid into',
  );
});
