import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RpcException } from '@nestjs/microservices';
import { createServer, RpcError, type Server } from 'cmdrpc';
import { concat, EMPTY, from, of, throwError } from 'rxjs';
import { type NestService, startNestService } from './nest-service.ts';
import { packetOf, split, Tap } from './wire-tap.ts';

let nest: NestService;
let ours: Server;
let port: number;

async function* values(...items: readonly unknown[]) {
  yield* items;
}
async function* failingAfter(...items: readonly unknown[]) {
  yield* items;
  throw new RpcError('boom', { code: 'aborted', reason: 'TEAPOT', details: { left: 1 } });
}
const standard = { status: 'error', code: 'TEAPOT', message: 'boom', details: { left: 1 } };
const echo = (data: unknown) => data;

before(async () => {
  nest = await startNestService([
    ['message', { cmd: 'echo' }, echo],
    ['message', 'text', echo],
    ['message', 5, echo],
    ['message', { b: { d: 1, c: 'x"y' }, a: [true, null] }, echo],
    ['message', { cmd: 'nothing' }, () => undefined],
    ['message', { cmd: 'empty' }, () => EMPTY],
    ['message', { cmd: 'one' }, () => of(1)],
    ['message', { cmd: 'three' }, () => of(1, 2, 3)],
    ['message', { cmd: 'gaps' }, () => of(1, undefined, null, undefined)],
    ['message', { cmd: 'later' }, () => from([1, 2])],
    [
      'message',
      { cmd: 'breaks' },
      () =>
        concat(
          of(1, 2),
          throwError(() => new RpcException(standard)),
        ),
    ],
    ['message', { cmd: 'refuses' }, () => Promise.reject(new RpcException(standard))],
    ['message', { cmd: 'throws' }, () => Promise.reject(new Error('secret'))],
    ['event', 'note', () => undefined],
  ]);
  ours = createServer({ nest: { envelope: false } })
    .on({ cmd: 'echo' }, echo)
    .on('text', echo)
    .on(5, echo)
    .on({ a: [true, null], b: { c: 'x"y', d: 1 } }, echo)
    .on({ cmd: 'nothing' }, () => undefined)
    .on({ cmd: 'empty' }, () => values())
    .on({ cmd: 'one' }, () => values(1))
    .on({ cmd: 'three' }, () => values(1, 2, 3))
    .on({ cmd: 'gaps' }, () => values(1, undefined, null, undefined))
    .on({ cmd: 'later' }, async () => values(1, 2))
    .on({ cmd: 'breaks' }, () => failingAfter(1, 2))
    .on({ cmd: 'refuses' }, () => {
      throw Object.assign(new Error('boom'), { code: 'TEAPOT', details: { left: 1 } });
    })
    .on({ cmd: 'throws' }, () => Promise.reject(new Error('secret')))
    .on('note', () => undefined);
  ({ port } = await ours.listen({ host: '127.0.0.1', port: 0 }));
});

after(async () => {
  await ours.close({ drainMs: 1 });
  await nest.close();
});

const LONE = '\ud83d';
/** What is sent, and how many packets answer it. */
const CASES: Readonly<Record<string, readonly [packet: unknown, replies: number]>> = {
  'a number': [{ pattern: { cmd: 'echo' }, data: 6, id: 'a1' }, 1],
  'an object in Korean': [{ pattern: { cmd: 'echo' }, data: { 이름: '홍길동' }, id: 'a1' }, 1],
  'an emoji, U+2028, a control character and half a pair': [
    { pattern: { cmd: 'echo' }, data: `안녕 😀\u2028\u0001"\\${LONE}`, id: 'a1' },
    1,
  ],
  'false, 0 and the empty text': [{ pattern: { cmd: 'echo' }, data: [false, 0, ''], id: 'a1' }, 1],
  'numbers JSON rewrites': [{ pattern: { cmd: 'echo' }, data: [1e21, -0, 1.5e-9, 2 ** 53], id: 'a1' }, 1],
  null: [{ pattern: { cmd: 'echo' }, data: null, id: 'a1' }, 1],
  'no data': [{ pattern: { cmd: 'echo' }, id: 'a1' }, 1],
  'a handler that answers nothing': [{ pattern: { cmd: 'nothing' }, data: 1, id: 'a1' }, 1],
  'an empty stream': [{ pattern: { cmd: 'empty' }, data: 1, id: 'a1' }, 1],
  'a stream of one': [{ pattern: { cmd: 'one' }, data: 1, id: 'a1' }, 1],
  'a stream of three': [{ pattern: { cmd: 'three' }, data: 1, id: 'a1' }, 3],
  'a stream with gaps': [{ pattern: { cmd: 'gaps' }, data: 1, id: 'a1' }, 4],
  'a promise of a stream': [{ pattern: { cmd: 'later' }, data: 1, id: 'a1' }, 2],
  'a stream that breaks': [{ pattern: { cmd: 'breaks' }, data: 1, id: 'a1' }, 3],
  'a refusal': [{ pattern: { cmd: 'refuses' }, data: 1, id: 'a1' }, 1],
  'an unexpected error': [{ pattern: { cmd: 'throws' }, data: 1, id: 'a1' }, 1],
  'no handler': [{ pattern: { z: 1, cmd: 'nope' }, data: 1, id: 'a1' }, 1],
  'no pattern': [{ data: 1, id: 'a1' }, 1],
  'a pattern nested too deep': [{ pattern: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } }, data: 1, id: 'a1' }, 1],
  'a text pattern': [{ pattern: 'text', data: 1, id: 'a1' }, 1],
  'a number pattern': [{ pattern: 5, data: 1, id: 'a1' }, 1],
  'a number pattern as text': [{ pattern: '5', data: 1, id: 'a1' }, 1],
  'a pattern as JSON text': [{ pattern: '{ "cmd" : "echo" }', data: 1, id: 'a1' }, 1],
  'a nested pattern in another order': [{ pattern: { a: [true, null], b: { d: 1, c: 'x"y' } }, data: 1, id: 'a1' }, 1],
  'a pattern with a key too many': [{ pattern: { cmd: 'echo', extra: 1 }, data: 1, id: 'a1' }, 1],
  'a request to an event handler': [{ pattern: 'note', data: 1, id: 'a1' }, 1],
  'keys Nest does not know': [{ pattern: 'text', data: 1, id: 'a1', extra: true }, 1],
  'an id of null': [{ pattern: 'text', data: 1, id: null }, 1],
  'an id of 0': [{ pattern: 'text', data: 1, id: 0 }, 1],
  'an empty id': [{ pattern: 'text', data: 1, id: '' }, 1],
  'an id that is an object': [{ pattern: 'text', data: 1, id: { b: 1, a: ['안'] } }, 1],
  'an event': [{ pattern: 'note', data: 1 }, 0],
  'an event to a message handler': [{ pattern: '{"cmd":"echo"}', data: 1 }, 0],
  'an event nobody handles': [{ pattern: 'nobody', data: 1 }, 0],
  'JSON that is no packet': [null, 0],
  'a list': [[], 0],
  'a number alone': [7, 0],
};

const END = { pattern: 'text', data: 'end', id: 'end' };

/** Everything the server says to one packet, and that it says nothing more. */
const repliesTo = async (tcpPort: number, packet: unknown, count: number): Promise<readonly string[]> => {
  const tap = await Tap.connect(tcpPort);
  tap.send(packet);
  await tap.packets(count);
  tap.send(END);
  const all = await tap.until((text) => text.includes('"id":"end"'));
  tap.end();
  return split(all);
};

for (const [name, [packet, count]] of Object.entries(CASES)) {
  test(`answers ${name} byte for byte as a Nest service does`, async () => {
    const [theirs, own] = await Promise.all([repliesTo(nest.port, packet, count), repliesTo(port, packet, count)]);
    assert.equal(theirs.length, count + 1);
    assert.deepEqual(own, theirs);
  });
}

test('answers an id used twice, twice', async () => {
  const tap = await Tap.connect(port);
  tap.send({ pattern: 'text', data: 1, id: 'x' }, { pattern: 'text', data: 2, id: 'x' });
  assert.deepEqual(await tap.packets(2), [
    packetOf({ response: 1, isDisposed: true, id: 'x' }),
    packetOf({ response: 2, isDisposed: true, id: 'x' }),
  ]);
  tap.end();
});

test('answers a request without pattern and data, which Nest leaves unanswered', async () => {
  const tap = await Tap.connect(port);
  tap.send({ id: 'lonely' });
  const [reply] = await tap.packets(1);
  assert.match(reply ?? '', /"id":"lonely","status":"error"/);
  tap.end();
});
