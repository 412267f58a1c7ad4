import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { run, start } from './run-example.ts';

test('hello: a client process calls a server process, and the server drains on SIGTERM', async (t) => {
  const server = start(t, 'hello/server.ts', ['0']);
  const target = (await server.line('listening on ')).slice('listening on '.length);
  const client = await run(t, 'hello/client.ts', [target]);
  assert.deepEqual(client, {
    code: 0,
    lines: ['hello, world', 'refused: not_found, looked 1 time', 'wrong: invalid_argument input_schema'],
    errors: '',
  });
  server.process.kill('SIGTERM');
  const ended = await server.ended;
  assert.equal(ended.code, 0);
  assert.equal(ended.lines.at(-1), 'closed: 0 completed, 0 aborted');
});

test('streams: an endless stream stops with its reader, a conversation answers, an event is acknowledged', async (t) => {
  assert.deepEqual(await run(t, 'streams/main.ts'), {
    code: 0,
    lines: ['read 10 11 12 of an endless stream, the server stopped: true', 'sums 1 3 6', 'server noticed 7'],
    errors: '',
  });
});

test('deadlines-and-cancel: both reach the second service, under one correlation id', async (t) => {
  assert.deepEqual(await run(t, 'deadlines-and-cancel/main.ts'), {
    code: 0,
    lines: [
      'back: request-1, less than 2 000 ms left: true',
      'caller: deadline_exceeded',
      'back: told to stop',
      'back: request-2, less than 2 000 ms left: true',
      'caller: cancelled, caller_aborted, delivery unknown',
    ],
    errors: '',
  });
});

test('testing: its tests pass', async (t) => {
  const { code, lines } = await run(t, 'testing/main.ts');
  assert.equal(code, 0, lines.join('\n'));
  assert.ok(lines.includes('ℹ pass 3'), lines.join('\n'));
});

test('from-nest: old and new call each other, in both directions', async (t) => {
  assert.deepEqual(await run(t, 'from-nest/main.ts'), {
    code: 0,
    lines: [
      'nest client, moved service: 6',
      'nest application on the native wire: 6',
      'typed client, nest service: 15',
    ],
    errors: '',
  });
});

test('every example is run here', () => {
  const folders = readdirSync(new URL('..', import.meta.url), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory() && entry.name !== 'node_modules').map(({ name }) => name);
  assert.deepEqual(names.sort(), ['deadlines-and-cancel', 'from-nest', 'hello', 'streams', 'test', 'testing']);
});
