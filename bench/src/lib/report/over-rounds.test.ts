import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { overRounds, spreadText } from './over-rounds.ts';

test('a number over its rounds is its median, with the least and the most', () => {
  deepEqual(overRounds([9_000, 1_000, 2_500]), { value: 2_500, min: 1_000, max: 9_000 });
});

test('how far the rounds were apart is said with as many decimals as asked', () => {
  equal(spreadText([9_000, 1_000]), '1,000–9,000');
  equal(spreadText([0.25, 0.5], 1), '0.3–0.5');
});
