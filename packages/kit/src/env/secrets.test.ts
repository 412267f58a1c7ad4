import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretIssues } from './secrets.ts';

const good = 'k'.repeat(32);
const production = { production: true };
const issueOf = (value: string | undefined) => secretIssues({ KEY: value }, production)[0]?.message;

test('accepts distinct secrets of 32 bytes', () => {
  assert.deepEqual(secretIssues({ A: good, B: 'q'.repeat(32) }, production), []);
});

test('refuses in production what is missing, short or an example', () => {
  assert.equal(issueOf(undefined), 'is missing');
  assert.equal(issueOf(''), 'is missing');
  assert.equal(issueOf('k'.repeat(31)), 'is 31 bytes long, at least 32 are needed');
  assert.equal(issueOf(`change-me-${good}`), 'is an example value');
  assert.equal(issueOf(`example-${good}`), 'is an example value');
});

test('counts bytes, not characters', () => {
  assert.deepEqual(secretIssues({ KEY: '비'.repeat(11) }, production), []);
});

test('refuses two secrets that are equal, naming both', () => {
  assert.deepEqual(secretIssues({ A: good, B: good }, production), [
    { key: 'A', message: 'is equal to B' },
    { key: 'B', message: 'is equal to A' },
  ]);
});

test('has no objection outside production', () => {
  assert.deepEqual(secretIssues({ A: 'x', B: 'x', C: undefined }, { production: false }), []);
});
