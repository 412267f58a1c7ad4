import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Decimal128, Double, Int32, Long } from 'bson';
import type { BsonDocument } from '../bson-document.ts';
import { compileUpdate } from './compile-update.ts';

const at = { isInsert: false, now: new Date(0) };

function apply(document: BsonDocument, update: BsonDocument): BsonDocument {
  return compileUpdate(update).apply(document, at);
}

describe('updates', () => {
  it('give arithmetic the wider of both types', () => {
    const rows: [before: unknown, by: unknown, after: unknown][] = [
      [new Int32(1), new Int32(2), new Int32(3)],
      [new Int32(2_147_483_647), new Int32(1), Long.fromNumber(2_147_483_648)],
      [new Int32(1), Long.fromNumber(2), Long.fromNumber(3)],
      [new Int32(1), new Double(2), new Double(3)],
      [Long.fromString('9007199254740993'), new Int32(1), Long.fromString('9007199254740994')],
      [Decimal128.fromString('0.1'), new Int32(1), Decimal128.fromString('1.1')],
    ];
    for (const [before, by, after] of rows) assert.deepEqual(apply({ n: before }, { $inc: { n: by } }), { n: after });
  });

  it('refuse to overflow a long', () => {
    assert.throws(() => apply({ n: Long.MAX_VALUE }, { $inc: { n: new Int32(1) } }), { code: 2 });
  });

  it('do not share containers between documents', () => {
    const update = compileUpdate({ $set: { list: [] } });
    const first = update.apply({ _id: 1 }, at);
    const second = update.apply({ _id: 2 }, at);
    assert.notEqual(first.list, second.list);
  });

  it('refuse an array index out of reach', () => {
    assert.throws(() => apply({ a: [] }, { $set: { 'a.9999999': 1 } }), { code: 2 });
  });

  it('do not reach into the prototype', () => {
    const document = apply({}, { $set: { '__proto__.polluted': true } });
    assert.equal('polluted' in {}, false);
    assert.ok(Object.hasOwn(document, '__proto__'));
  });
});
