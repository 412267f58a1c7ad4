import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { type Figure, figuresOf, verdictOf } from './figure.ts';

const goal = { what: 'calls/s', unit: '×', better: 'higher', atLeast: 2, aim: 3 } as const;

test('a figure is the median over the rounds, with the least and the most', () => {
  deepEqual(figuresOf([[goal, [2.5, 9, 1]]]), [{ ...goal, measured: 2.5, min: 1, max: 9 }]);
});

test('what was not measured is no figure', () => {
  deepEqual(figuresOf([[goal, []]]), []);
});

test('a figure is judged by whether more or less of it is better', () => {
  const judged = (figure: Partial<Figure>): string => verdictOf({ ...goal, min: 0, max: 9, measured: 0, ...figure });
  equal(judged({ measured: 3 }), 'aim');
  equal(judged({ measured: 2.99 }), 'at least');
  equal(judged({ measured: 1.99 }), 'missed');
  equal(judged({ measured: 0.4, better: 'lower', atLeast: 0.6, aim: 0.4 }), 'aim');
  equal(judged({ measured: 0.61, better: 'lower', atLeast: 0.6, aim: 0.4 }), 'missed');
});
