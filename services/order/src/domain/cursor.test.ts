import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeCursor, encodeCursor } from './cursor.ts';

const position = { createdAt: new Date('2026-11-23T06:00:00.123Z'), orderId: '0193c0de-0000-7000-8000-000000000001' };

test('a position survives the way there and back', () => {
  const cursor = encodeCursor(position);
  assert.match(cursor, /^[A-Za-z0-9_-]+$/);
  assert.deepEqual(decodeCursor(cursor), position);
});

test('anything else is refused', () => {
  const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { orderId } = position;
  for (const cursor of [
    '',
    '!',
    'e30',
    made(null),
    made([1]),
    made([1.5, orderId]),
    made([9e15, orderId]),
    made(['1', orderId]),
    made([1, { $gt: '' }]),
    made([1, orderId, 1]),
  ]) {
    assert.throws(() => decodeCursor(cursor), { code: 'cursor_invalid' }, cursor);
  }
});
