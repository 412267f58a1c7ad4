import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outgoing } from '../outgoing.ts';
import { ProtocolError } from '../protocol-error.ts';
import { FLAG, FRAME, type FrameView, HEADER_BYTES } from './frame.ts';
import { type BoundCmds, type CallLimits, readCallHead } from './read-call.ts';
import { type CallFrame, writeCall } from './write.ts';

const LIMITS: CallLimits = { maxHeaderBytes: 100, maxHeaders: 4, maxCmdBytes: 10, maxBoundCmds: 2 };

const bytesOf = (call: Partial<CallFrame>, payload = 'P'): Buffer => {
  const out = new Outgoing();
  const whole: CallFrame = {
    type: FRAME.request,
    flags: 0,
    callId: 1,
    remainingMs: 1_000,
    cmd: { number: 1, name: undefined },
    headers: undefined,
    ...call,
  };
  writeCall(out, whole, Buffer.from(payload));
  return Buffer.concat(out.take());
};

const viewOf = (buffer: Buffer): FrameView => ({
  type: buffer[4] ?? 0,
  flags: buffer[5] ?? 0,
  cmd: buffer.readUInt16BE(6),
  callId: buffer.readUInt32BE(8),
  aux: buffer.readUInt32BE(12),
  buffer,
  start: HEADER_BYTES,
  end: buffer.length,
});

const named = (number: number, name: string) => ({ cmd: { number, name: Buffer.from(name) } });

test('a first use brings name and number, a second the number alone', () => {
  assert.equal(
    bytesOf({ ...named(1, 'sum'), callId: 0x0a0b0c0d }).toString('hex'),
    `00000006${'02'}${'02'}${'0001'}0a0b0c0d000003e8${'0003'}73756d${'50'}`,
  );
  assert.equal(bytesOf({ callId: 2 }).toString('hex'), '00000001020000010000000200' + '0003e850');
  const bound: BoundCmds = new Map();
  assert.equal(readCallHead(viewOf(bytesOf(named(1, 'sum'))), bound, LIMITS).cmd, 'sum');
  const head = readCallHead(viewOf(bytesOf({})), bound, LIMITS);
  assert.deepEqual(head, { cmd: 'sum', headers: undefined, payloadStart: HEADER_BYTES });
});

test('headers stand before the name and set their flag', () => {
  const bytes = bytesOf({ ...named(7, 'a'), headers: { correlationId: 'c' }, type: FRAME.event, flags: FLAG.ack });
  assert.equal(
    bytes.toString('hex'),
    `0000000a${'05'}${'0b'}${'0007'}00000001000003e8${'0004'}01000163${'0001'}61${'50'}`,
  );
  const head = readCallHead(viewOf(bytes), new Map(), LIMITS);
  assert.deepEqual(head.headers, { correlationId: 'c' });
  assert.equal(bytes.toString('utf8', head.payloadStart), 'P');
});

test('headers without a field cost nothing', () => {
  assert.equal(bytesOf({ headers: {} })[5], 0);
});

test('a number stands for its latest name, 0 for none, and an unbound one is refused', () => {
  const bound: BoundCmds = new Map();
  readCallHead(viewOf(bytesOf(named(1, 'a'))), bound, LIMITS);
  readCallHead(viewOf(bytesOf(named(1, 'b'))), bound, LIMITS);
  assert.equal(readCallHead(viewOf(bytesOf({})), bound, LIMITS).cmd, 'b');
  readCallHead(viewOf(bytesOf(named(0, 'c'))), bound, LIMITS);
  assert.equal(bound.size, 1);
  for (const number of [0, 2, 0xffff]) {
    const frame = viewOf(bytesOf({ cmd: { number, name: undefined } }));
    assert.throws(() => readCallHead(frame, bound, LIMITS), new RegExp(`command number ${number} was never bound`));
  }
});

test('each limit is named when it is passed', () => {
  const bound: BoundCmds = new Map();
  const read = (call: Partial<CallFrame>) => readCallHead(viewOf(bytesOf(call)), bound, LIMITS);
  assert.throws(() => read({ headers: { correlationId: 'x'.repeat(98) } }), /101 bytes are over maxHeaderBytes 100/);
  const custom = { a: '', b: '', c: '', d: '', e: '' };
  assert.throws(() => read({ headers: { custom } }), /maxHeaders 4/);
  assert.throws(() => read(named(1, 'x'.repeat(11))), /11 bytes is over maxCmdBytes 10/);
  read(named(1, 'a'));
  read(named(2, 'b'));
  assert.throws(() => read(named(3, 'c')), /more commands than maxBoundCmds 2/);
  assert.equal(read(named(0, 'c')).cmd, 'c');
  assert.equal(read(named(2, 'd')).cmd, 'd');
});

test('a head cut anywhere is refused', () => {
  const whole = bytesOf({ ...named(1, 'name'), headers: { correlationId: 'c' } }, '');
  for (let end = HEADER_BYTES; end < whole.length; end += 1) {
    const frame = viewOf(Buffer.from(whole.subarray(0, end)));
    assert.throws(() => readCallHead(frame, new Map(), LIMITS), ProtocolError, `at ${end}`);
  }
});
