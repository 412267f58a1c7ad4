import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RetryBudget } from './retry-budget.ts';

const budgetAt = (options: { ratio?: number; minPerSecond?: number } = {}) => {
  const time = { nowMs: 0 };
  const budget = new RetryBudget({ ratio: 0.2, minPerSecond: 3, windowMs: 10_000, ...options }, () => time.nowMs);
  const withdrawAll = (): number => {
    let count = 0;
    while (budget.tryWithdraw()) count += 1;
    return count;
  };
  return { time, budget, withdrawAll };
};

test('a quiet client may retry the floor', () => {
  assert.equal(budgetAt().withdrawAll(), 30);
});

test('calls earn a fifth of themselves', () => {
  const { budget, withdrawAll } = budgetAt({ minPerSecond: 0 });
  for (let call = 0; call < 100; call += 1) budget.deposit(0);
  assert.equal(withdrawAll(), 20);
});

test('allowance and debt both fade with the window', () => {
  const { time, budget, withdrawAll } = budgetAt({ minPerSecond: 0 });
  for (let call = 0; call < 100; call += 1) budget.deposit(0);
  time.nowMs = 6_000;
  assert.equal(withdrawAll(), 20);
  time.nowMs = 11_000;
  assert.equal(budget.tryWithdraw(), false);
  time.nowMs = 40_000;
  assert.equal(withdrawAll(), 0);
  for (let call = 0; call < 10; call += 1) budget.deposit(time.nowMs);
  assert.equal(withdrawAll(), 2);
});

test('a minute of total outage at any rate stays within 1.2 times the calls and the floor', () => {
  for (const perSecond of [1, 40, 1_000]) {
    const { time, budget } = budgetAt();
    let calls = 0;
    let retries = 0;
    for (; time.nowMs < 60_000; time.nowMs += 1_000 / perSecond) {
      budget.deposit(time.nowMs);
      calls += 1;
      for (let attempt = 2; attempt <= 3; attempt += 1) if (budget.tryWithdraw()) retries += 1;
    }
    // The floor is given per window; a window may begin anywhere, so one more of them than fit.
    assert.ok(retries <= calls * 0.2 + 3 * 70, `${retries} retries of ${calls} calls`);
  }
});
