import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from './logger.ts';

function record() {
  const lines: string[] = [];
  const logger = createLogger({ name: 'shop', level: 'debug', destination: { write: (line) => lines.push(line) } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '') };
}

test('writes one JSON line with service, level, time and fields', () => {
  const { logger, lines, last } = record();
  logger.child({ correlationId: 'c' }).info({ port: 1 }, 'started');
  assert.equal(lines.length, 1);
  const { time, ...line } = last();
  assert.deepEqual(line, { level: 'info', service: 'shop', correlationId: 'c', port: 1, msg: 'started' });
  assert.equal(new Date(time).toISOString(), time);
});

test('hides cards, passwords, tokens and addresses at any of four depths', () => {
  const { logger, lines } = record();
  const leak = { cardNumber: 'LEAK', password: 'LEAK', refreshToken: 'LEAK', email: 'LEAK', passwordTwoDigits: 'LEAK' };
  logger.info({ ...leak, a: { ...leak, b: { ...leak, c: leak } }, list: [leak] }, 'careless');
  logger
    .child({ ...leak, a: leak })
    .child({ list: [leak] })
    .info({ a: leak }, 'careless child');
  assert.equal(lines.length, 2);
  assert.doesNotMatch(lines.join(''), /LEAK/);
});

test('changes nothing of the object it is given, and hides nothing else', () => {
  const { logger, last } = record();
  const fields = { orderId: 'o', at: new Date(0), a: { token: 'LEAK', kept: [1, null] } };
  logger.info(fields, 'said');
  assert.equal(fields.a.token, 'LEAK');
  const { orderId, at, a } = last();
  assert.deepEqual(
    { orderId, at, a },
    { orderId: 'o', at: new Date(0).toISOString(), a: { token: '[hidden]', kept: [1, null] } },
  );
});

test('keeps of an error its type, message, code, frames and causes, and none of its data', () => {
  const { logger, last } = record();
  const cause = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (email)=(LEAK) exists' });
  logger.error({ err: new TypeError('insert failed', { cause }) }, 'unexpected');
  const { err } = last();
  assert.equal(err.type, 'TypeError');
  assert.equal(err.message, 'insert failed');
  assert.match(err.stack, /^ {4}at /);
  assert.equal(err.cause.code, '23505');
  assert.doesNotMatch(JSON.stringify(err), /LEAK/);
});

test('keeps a newline in data from starting a line of its own', () => {
  const { logger, lines } = record();
  logger.info({ name: 'x"}\n{"level":"fatal"' }, 'said');
  assert.equal(lines.join('').trimEnd().split('\n').length, 1);
});
