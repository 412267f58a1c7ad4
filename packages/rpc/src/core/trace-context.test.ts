import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceIdOf, validTraceparent } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

test('a well-formed traceparent is taken as it is', () => {
  const value = `00-${TRACE}-${SPAN}-01`;
  assert.equal(validTraceparent(value), value);
  assert.equal(traceIdOf(value), TRACE);
});

test('a traceparent of a later version may carry more fields', () => {
  assert.ok(validTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes-later`));
  assert.ok(validTraceparent(`cc-${TRACE}-${SPAN}-01`));
});

for (const [why, value] of [
  ['absent', undefined],
  ['empty', ''],
  ['of version ff', `ff-${TRACE}-${SPAN}-01`],
  ['of version 00 with a fifth field', `00-${TRACE}-${SPAN}-01-x`],
  ['with an all-zero trace id', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['with an all-zero span id', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['in upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
  ['a character short', `00-${TRACE}-${SPAN}-1`],
  ['followed by a line feed', `00-${TRACE}-${SPAN}-01\n`],
  ['of a later version and endless', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(1_000)}`],
] as const) {
  test(`a traceparent ${why} is ignored`, () => {
    assert.equal(validTraceparent(value), undefined);
  });
}
