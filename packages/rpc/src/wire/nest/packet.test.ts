import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outgoing } from '../outgoing.ts';
import { ProtocolError } from '../protocol-error.ts';
import { parsePacket, readReply, readRequest, requestJson, valueJson } from './packet.ts';
import { writePacket } from './write.ts';

test('an id of any JSON value makes a request; only its absence makes an event', () => {
  for (const id of [null, 0, '', false, [], {}]) assert.equal(readRequest({ pattern: 'p', id }).id, id);
  assert.equal(readRequest({ pattern: 'p', data: 1 }).id, undefined);
  for (const value of [null, 7, 'text', true, []]) assert.equal(readRequest(value).pattern, undefined);
});

test('a reply with a key of its own is a value as a whole', () => {
  const foreign = { id: '1', response: 1, extra: true };
  assert.deepEqual(readReply(foreign), { id: '1', hasResponse: true, response: foreign, err: undefined, last: true });
});

test('a falsy err is none, a truthy one ends the call without isDisposed', () => {
  for (const err of ['', null, 0, false]) assert.equal(readReply({ id: '1', err, response: 1 }).last, false);
  assert.deepEqual(readReply({ id: '1', err: 'no', response: 1 }).err, 'no');
  assert.equal(readReply({ id: '1', err: {} }).last, true);
});

test('nesting is measured outside of text, and what is too deep is parsed all the same', () => {
  const nested = (levels: number): string => `{"id":"x","data":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  assert.equal(parsePacket(nested(64), 64).tooDeep, false);
  const deep = parsePacket(nested(65), 64);
  assert.deepEqual([deep.tooDeep, readRequest(deep.value).id], [true, 'x']);
  assert.equal(parsePacket(JSON.stringify({ data: `${'['.repeat(500)}\\"[` }), 64).tooDeep, false);
  assert.equal(readRequest(parsePacket(nested(100_000), 64).value).id, 'x');
  assert.throws(() => parsePacket('{"a":', 64), ProtocolError);
});

test('absent data and metadata leave no key', () => {
  assert.equal(requestJson('"p"', undefined, undefined, undefined), '{"pattern":"p"}');
  assert.equal(requestJson('"p"', null, { a: 'b' }, '1'), '{"pattern":"p","data":null,"metadata":{"a":"b"},"id":"1"}');
  assert.equal(valueJson(undefined, false, '"1"'), '{"id":"1"}');
});

test('packets of any size carry their length in UTF-16 units', () => {
  for (const text of ['"안녕 😀"', `"${'한'.repeat(4_000)}"`, `"${'😀'.repeat(30_000)}"`, '"\ud83d"']) {
    const out = new Outgoing();
    const bytes = writePacket(out, JSON.stringify(JSON.parse(text)));
    const written = Buffer.concat(out.take());
    assert.equal(written.length, bytes);
    const json = JSON.stringify(JSON.parse(text));
    assert.equal(written.toString(), `${json.length}#${json}`);
  }
});
