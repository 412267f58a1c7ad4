import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolError } from '../protocol-error.ts';
import { FRAME, type FrameView, MAGIC } from './frame.ts';
import { decodeHello, encodeHello } from './hello.ts';
import { encodePayload } from './payload.ts';

const frameOf = (body: Uint8Array): FrameView => ({
  type: FRAME.hello,
  flags: 0,
  cmd: 0,
  callId: MAGIC,
  aux: 1,
  buffer: Buffer.from(body),
  start: 0,
  end: body.length,
});

const decode = (body: unknown) => decodeHello(frameOf(encodePayload(body)));

test('a greeting comes back, and fields of a newer peer are ignored', () => {
  const contracts = { order: '0123456789abcdef' };
  const hello = { versions: [1], name: 'order', features: ['x'], maxFrameBytes: 1_000, authToken: 'secret', contracts };
  assert.deepEqual(decodeHello(frameOf(encodeHello(hello))), hello);
  assert.deepEqual(decode({ ...hello, novelty: { deep: [1] } }), hello);
});

test('a peer without a version in common is refused, and told apart from nonsense', () => {
  assert.throws(
    () => decode({ versions: [2, 3], maxFrameBytes: 1 }),
    /peer speaks versions \[2,3\], this side speaks 1/,
  );
  assert.doesNotThrow(() => decode({ versions: [9, 1], maxFrameBytes: 1 }));
});

test('what is no greeting is refused', () => {
  const bodies = [undefined, null, 5, 'hello', [], {}, { versions: [1] }, { versions: [1], maxFrameBytes: 0 }];
  for (const body of [...bodies, { versions: [1], maxFrameBytes: Number.NaN }, { versions: 1, maxFrameBytes: 1 }]) {
    assert.throws(() => decode(body), ProtocolError);
  }
  const deep = { versions: [1], maxFrameBytes: 1, x: [[[[[1]]]]] };
  assert.throws(() => decode(deep), /deeper/);
});

test('limits of a call are told when there are any, and what is no limit is left out', () => {
  const limits = { maxHeaderBytes: 100, maxHeaders: 3, maxCmdBytes: 10, maxBoundCmds: 2 };
  const hello = { versions: [1], name: 'a', features: [], maxFrameBytes: 1, authToken: undefined, contracts: {} };
  assert.deepEqual(decodeHello(frameOf(encodeHello({ ...hello, ...limits }))), { ...hello, ...limits });
  const odd = { maxHeaderBytes: 0, maxHeaders: '3', maxCmdBytes: Number.NaN, maxBoundCmds: 7 };
  assert.deepEqual(decode({ ...hello, ...odd }), { ...hello, maxBoundCmds: 7 });
});

test('fields of wrong types become their absence, and long ones are cut', () => {
  const hello = decode({
    versions: [1],
    maxFrameBytes: 1,
    name: 7,
    features: [1, 'a'],
    authToken: {},
    contracts: ['a'],
  });
  const bare = { versions: [1], maxFrameBytes: 1, name: '', features: ['a'], authToken: undefined, contracts: {} };
  assert.deepEqual(hello, bare);
  const long = decode({ versions: [1], maxFrameBytes: 1, name: 'n'.repeat(1_000), features: Array(200).fill('f') });
  assert.equal(long.name.length, 128);
  assert.equal(long.features.length, 64);
  const contracts = { kept: '0123', odd: 7, long: 'f'.repeat(65) };
  assert.deepEqual(decode({ versions: [1], maxFrameBytes: 1, contracts }).contracts, { kept: '0123' });
});
