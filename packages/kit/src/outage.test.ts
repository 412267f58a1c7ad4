import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDatabaseAway, sayingOutages } from './outage.ts';

const failing = (code: string, message = 'failed') => Object.assign(new Error(message), { code });

test('a server that is away, stops, starts or is too busy is away', () => {
  for (const code of [
    'ECONNREFUSED',
    'ANSWER_TIMEOUT',
    'CONNECTION_CLOSED',
    'CONNECT_TIMEOUT',
    '57P01',
    '57P03',
    '57014',
    '53300',
    '40001',
  ])
    assert.equal(isDatabaseAway(failing(code)), true, code);
});

test('a query that the server refuses is our own mistake', () => {
  for (const code of ['23505', '42601', '22P02', 'ERR_INVALID_ARG_TYPE', 'UNDEFINED_VALUE'])
    assert.equal(isDatabaseAway(failing(code)), false, code);
  for (const thrown of [undefined, null, 'ECONNREFUSED', new Error('ECONNREFUSED')])
    assert.equal(isDatabaseAway(thrown), false);
});

test('the filter passes values and other failures on as they are, and says an outage as one', async () => {
  const filter = sayingOutages((failed) => new Error('away', { cause: failed }));
  assert.equal(await filter('ctx', async (ctx) => `${ctx} answered`), 'ctx answered');
  const mistake = new Error('mistake', { cause: failing('23505') });
  await assert.rejects(
    filter('ctx', () => Promise.reject(mistake)),
    mistake,
  );
  const outage = new Error('failed', { cause: failing('57P01') });
  await assert.rejects(
    filter('ctx', () => Promise.reject(outage)),
    { message: 'away', cause: outage },
  );
});
