import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeCursor, encodeCursor } from './cursor.ts';

const id = '39a9fe98-091a-4dba-a314-195fea19f48c';
const raw = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('reads back the position it was made of', () => {
  const position = { createdAt: new Date('2026-01-02T03:04:05.678Z'), id };
  const cursor = encodeCursor(position);
  assert.match(cursor, /^[A-Za-z0-9_-]+$/);
  assert.deepEqual(decodeCursor(cursor), position);
});

test('refuses a cursor that it never made', () => {
  const bad = ['', '!!!', 'null', raw(null), raw([1]), raw([1, 'x']), raw(['1', id]), raw([-1, id]), raw([1.5, id])];
  for (const cursor of [...bad, raw([8.64e15 + 1, id]), raw([1, id, 2]), raw({ createdAt: 1, id })])
    assert.equal(decodeCursor(cursor), undefined, cursor);
});
