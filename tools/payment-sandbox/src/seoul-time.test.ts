import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSeoulTime, seoulTime } from './seoul-time.ts';

test('an instant is written in Korean time with its offset', () => {
  assert.equal(seoulTime(Date.UTC(2026, 10, 22, 16, 0, 1, 999)), '2026-11-23T01:00:01+09:00');
});

test('a time without an offset is read as Korean time', () => {
  assert.equal(parseSeoulTime('2026-11-23T01:00:01'), Date.UTC(2026, 10, 22, 16, 0, 1));
  assert.equal(parseSeoulTime('2026-11-23T01:00:01+09:00'), Date.UTC(2026, 10, 22, 16, 0, 1));
  assert.equal(parseSeoulTime('2026-11-22T16:00:01Z'), Date.UTC(2026, 10, 22, 16, 0, 1));
  assert.equal(parseSeoulTime('tomorrow'), undefined);
});
