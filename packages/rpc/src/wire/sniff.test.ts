import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sniffWire } from './sniff.ts';

test('each of the 256 first bytes belongs to one wire or to none', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    const expected = byte < 0x10 ? 'native' : byte === 0x16 ? 'tls' : byte >= 0x30 && byte <= 0x39 ? 'nest' : undefined;
    assert.equal(sniffWire(byte), expected, `0x${byte.toString(16)}`);
  }
});
