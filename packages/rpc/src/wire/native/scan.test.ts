import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProtocolError } from '../protocol-error.ts';
import { scanPayload } from './scan.ts';

const scan = (bytes: Buffer, maxDepth = 64) => scanPayload(bytes, 0, bytes.length, maxDepth);
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const refused = (bytes: Buffer, message: RegExp, maxDepth?: number) =>
  assert.throws(
    () => scan(bytes, maxDepth),
    (error) => error instanceof ProtocolError && message.test(error.message),
    bytes.subarray(0, 20).toString('hex'),
  );

test('24 KB of nested array headers, each declaring 65535 elements, is refused at once', () => {
  const bytes = Buffer.alloc(24_000);
  for (let at = 0; at < bytes.length; at += 3) bytes.set([0xdc, 0xff, 0xff], at);
  const startedMs = performance.now();
  refused(bytes, /declares 65535 elements in/);
  assert.ok(performance.now() - startedMs < 100);
  for (let at = 0; at < bytes.length; at += 3) bytes.set([0xdc, 0x00, 0x01], at);
  refused(bytes, /deeper than maxDepth 64/);
});

test('nesting is allowed up to the limit and not one level more, whatever nests', () => {
  for (const opening of ['91', 'dc 0001', 'dd 00000001', '81 00', 'de 0001 00', 'df 00000001 00', '92 91 c0']) {
    const nested = (levels: number) =>
      Buffer.concat([...Array.from({ length: levels }, () => hex(opening)), hex('c0')]);
    if (opening.startsWith('92')) continue;
    assert.doesNotThrow(() => scan(nested(64)), opening);
    refused(nested(65), /deeper than maxDepth 64/);
  }
});

test('the last element of a collection counts as deep as the first', () => {
  const tail = (levels: number) => Buffer.concat([...Array.from({ length: levels }, () => hex('92 c0')), hex('c0')]);
  assert.doesNotThrow(() => scan(tail(64)));
  refused(tail(65), /deeper than maxDepth/);
});

test('a collection that declares more elements than bytes follow is refused before it is walked', () => {
  refused(hex('dd ffffffff c0'), /declares 4294967295 elements in 1 bytes/);
  refused(hex('df ffffffff c0 c0'), /declares 8589934590 elements in 2 bytes/);
  refused(hex('df 80000000'), /declares 4294967296 elements in 0 bytes/);
  refused(hex('de 0002 c0 c0 c0'), /declares 4 elements in 3 bytes/);
  refused(hex('9f'), /declares 15 elements/);
  refused(hex('8f'), /declares 30 elements/);
});

test('every value cut short anywhere is refused', () => {
  const whole = [
    'cc 01',
    'cd 0102',
    'ce 01020304',
    'cf 0102030405060708',
    'd0 01',
    'd1 0102',
    'd2 01020304',
    'd3 0102030405060708',
    'ca 01020304',
    'cb 0102030405060708',
    'a3 616263',
    'd9 03 616263',
    'da 0003 616263',
    'db 00000003 616263',
    'c4 03 010203',
    'c5 0003 010203',
    'c6 00000003 010203',
    '93 010203',
    'dc 0003 010203',
    'dd 00000003 010203',
    '81 a161 01',
    'de 0001 a161 01',
    'df 00000001 a161 01',
    'd6 ff 00000000',
    'd7 ff 0000000000000000',
    'c7 0c ff 000000000000000000000000',
  ].map(hex);
  for (const bytes of whole) {
    assert.doesNotThrow(() => scan(bytes));
    for (let end = 0; end < bytes.length; end += 1) {
      // A copy, so that a read behind the end would show.
      refused(Buffer.from(bytes.subarray(0, end)), /ends inside a value|elements in|extension type/);
    }
    refused(Buffer.concat([bytes, hex('00')]), /1 bytes behind its value/);
  }
});

test('a length that leaves the body is refused, also with more bytes of the chunk behind it', () => {
  const chunk = Buffer.concat([hex('db ffffffff'), Buffer.alloc(100)]);
  refused(chunk, /ends inside a value/);
  assert.throws(() => scanPayload(hex('d9 04 61626364'), 0, 5, 64), /ends inside a value/);
  assert.throws(() => scanPayload(hex('00 c0 c0'), 1, 3, 64), /1 bytes behind/);
});

test('of all extension types only the timestamp, in its three forms, is let through', () => {
  for (let type = 0; type < 256; type += 1) {
    const forms = [
      Buffer.from([0xd6, type, 0, 0, 0, 0]),
      Buffer.from([0xd7, type, ...Buffer.alloc(8)]),
      Buffer.from([0xc7, 12, type, ...Buffer.alloc(12)]),
    ];
    for (const bytes of forms) {
      if (type === 0xff) assert.doesNotThrow(() => scan(bytes));
      else refused(bytes, new RegExp(`extension type ${type}`));
    }
    refused(Buffer.from([0xd4, type, 0]), /begins with 0xd4/);
    refused(Buffer.from([0xd5, type, 0, 0]), /begins with 0xd5/);
    refused(Buffer.from([0xd8, type, ...Buffer.alloc(16)]), /begins with 0xd8/);
    refused(Buffer.from([0xc8, 0, 1, type, 0]), /begins with 0xc8/);
    refused(Buffer.from([0xc9, 0, 0, 0, 1, type, 0]), /begins with 0xc9/);
  }
  refused(hex('c7 08 ff 0000000000000000'), /extension type/);
  refused(hex('c1'), /begins with 0xc1/);
});

test('random bytes never do anything but pass or be refused', () => {
  let state = 12345;
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = Buffer.alloc(round % 60);
    for (let at = 0; at < bytes.length; at += 1) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      bytes[at] = state >>> 16;
    }
    try {
      scan(bytes, 8);
    } catch (error) {
      assert.ok(error instanceof ProtocolError, `round ${round}: ${String(error)}`);
    }
  }
});
