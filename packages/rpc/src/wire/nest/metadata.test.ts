import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metadataOf, readMetadata } from './metadata.ts';

const LIMITS = { maxHeaders: 4, maxHeaderBytes: 100 };

test('headers go out as metadata and come back the same', () => {
  const headers = { correlationId: 'c', idempotencyKey: 'k', custom: { 'x-tenant': '가게' } };
  assert.deepEqual(readMetadata(metadataOf(headers, undefined), LIMITS).headers, headers);
  assert.equal(readMetadata(metadataOf(undefined, 'secret'), LIMITS).authToken, 'secret');
  assert.equal(metadataOf(undefined, undefined), undefined);
  assert.equal(metadataOf({}, undefined), undefined);
});

test('a deadline is whole milliseconds or none', () => {
  const timeoutMs = (value: unknown) => readMetadata({ 'x-rpc-timeout-ms': value }, LIMITS).timeoutMs;
  assert.equal(timeoutMs('1500'), 1_500);
  for (const value of ['-1', '1.5', 'soon', '', '1e3', 1_500]) assert.equal(timeoutMs(value), undefined);
});

test('what is no metadata says nothing, and no name can reach a prototype', () => {
  for (const metadata of [undefined, null, 'text', 7]) assert.equal(readMetadata(metadata, LIMITS).headers, undefined);
  const { headers } = readMetadata(JSON.parse('{"__proto__":"x","n":1}'), LIMITS);
  assert.deepEqual(Object.keys(headers?.custom ?? {}), ['__proto__']);
});

test('both limits are named', () => {
  const many = Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`h${at}`, 'v']));
  assert.match(readMetadata(many, LIMITS).problem ?? '', /5 entries, over maxHeaders 4/);
  assert.match(readMetadata({ h: 'v'.repeat(100) }, LIMITS).problem ?? '', /101 bytes, over maxHeaderBytes 100/);
});
