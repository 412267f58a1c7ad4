import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runGroup } from './group.ts';
import { describe } from './invariants/finding.ts';

/** Among them a kill of everything, databases stopped, torn connections, and providers that answer and lie. */
const SEEDS = [18, 27, 21];

test('a shop that is killed, cut and lied to keeps its promises, and no secret is left in what it wrote', async () => {
  const { results, findings } = await runGroup({ seeds: SEEDS });
  assert.deepEqual([...results.flatMap((result) => result.findings), ...findings].map(describe), []);
  assert.ok(results.reduce((charges, result) => charges + result.charges, 0) > 0, 'something was charged');
});
