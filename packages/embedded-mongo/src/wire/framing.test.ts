import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ProtocolError } from '../errors.ts';
import { Framing } from './framing.ts';

function message(length: number, fill: number): Buffer {
  const bytes = Buffer.alloc(length, fill);
  bytes.writeInt32LE(length, 0);
  return bytes;
}

describe('framing', () => {
  it('cuts the same messages out of any chunking', () => {
    const messages = [message(16, 1), message(40, 2), message(17, 3)];
    const stream = Buffer.concat(messages);
    for (let size = 1; size <= stream.byteLength; size++) {
      const framing = new Framing(100);
      const found: Buffer[] = [];
      for (let at = 0; at < stream.byteLength; at += size) found.push(...framing.push(stream.subarray(at, at + size)));
      assert.deepEqual(found, messages, `chunks of ${size}`);
      assert.equal(framing.isPartial, false);
    }
  });

  it('rejects a length out of bounds as soon as its four bytes are there', () => {
    for (const length of [0, 15, -1, 101, 0x7fffffff]) {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(length);
      const framing = new Framing(100);
      assert.deepEqual(framing.push(bytes.subarray(0, 3)), []);
      assert.throws(() => framing.push(bytes.subarray(3)), ProtocolError);
    }
  });
});
