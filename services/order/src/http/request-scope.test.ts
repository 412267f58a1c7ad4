import assert from 'node:assert/strict';
import { test } from 'node:test';
import { currentContext } from 'cmdrpc';
import type { HttpRequest } from './fastify.ts';
import { inRequest, requestIdOf } from './request-scope.ts';

test('a harmless id is kept and any other replaced', () => {
  const of = (given?: string | string[]) => requestIdOf({ headers: { 'x-request-id': given } } as never);
  assert.equal(of('Req_1.a-b'), 'Req_1.a-b');
  for (const bad of [undefined, '', 'a b', 'a\n', 'é', 'x'.repeat(65), ['a', 'b']])
    assert.match(of(bad), /^[0-9a-f-]{36}$/);
});

test('work inside has the id as correlation id and a deadline', () => {
  const request = { id: 'a-request' } as HttpRequest;
  return inRequest(request, 12_000, async () => {
    const context = currentContext();
    assert.equal(context?.correlationId, 'a-request');
    const leftMs = (context?.deadlineMs ?? 0) - performance.now();
    assert.ok(leftMs > 11_000 && leftMs <= 12_000);
  });
});
