import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BsonDocument } from '../query/bson-document.ts';
import { parseSort } from '../query/sort.ts';
import type { Collection } from './catalog.ts';
import { parseIndexSpec } from './index-spec.ts';
import { encodeKey, encodeValue } from './key-encoding.ts';
import { choosePlan } from './plan.ts';

function collection(...specs: BsonDocument[]): Collection {
  const all = [{ key: { _id: 1 }, name: '_id_' }, ...specs];
  const indexes = all.map((spec, id) => ({ id, spec: parseIndexSpec(spec), multikey: spec.multi === true }));
  return { id: 1, db: 'shop', name: 'orders', uuid: new Uint8Array(16), indexes };
}

const ORDERS = collection(
  { key: { userId: 1, createdAt: -1, _id: -1 }, name: 'newest' },
  { key: { status: 1 }, name: 'live', partialFilterExpression: { live: true } },
  { key: { email: 1 }, name: 'email', unique: true, sparse: true },
);

function plan(filter: BsonDocument, sort: BsonDocument = {}): ReturnType<typeof choosePlan> {
  return choosePlan(ORDERS, filter, parseSort(sort));
}

describe('choosing a plan', () => {
  it('looks an _id up by its one key', () => {
    const { index, ranges } = plan({ _id: 'o1', status: 'created', version: 1 });
    assert.equal(index?.spec.name, '_id_');
    assert.deepEqual(
      ranges.map(({ from }) => from),
      [encodeKey(['o1'], [1])],
    );
  });

  it('looks up every _id of an $in, in the order of the keys and once each', () => {
    const { ranges } = plan({ _id: { $in: ['b', 'a', 'b'] } });
    assert.deepEqual(
      ranges.map(({ from }) => from),
      ['a', 'b'].map((id) => encodeKey([id], [1])),
    );
  });

  it('takes the order newest first from the index, without sorting', () => {
    const { index, sorted, reverse } = plan({ userId: 'u' }, { createdAt: -1, _id: -1 });
    assert.deepEqual([index?.spec.name, sorted, reverse], ['newest', true, false]);
  });

  it('walks the index backwards for the opposite order', () => {
    const { index, sorted, reverse } = plan({ userId: 'u' }, { createdAt: 1, _id: 1 });
    assert.deepEqual([index?.spec.name, sorted, reverse], ['newest', true, true]);
  });

  it('sorts in memory when one direction of the order differs', () => {
    assert.equal(plan({ userId: 'u' }, { createdAt: 1, _id: -1 }).sorted, false);
  });

  it('bounds the field after the fixed ones by a range, in its direction', () => {
    const at = new Date(1_000);
    const { ranges } = plan({ userId: 'u', createdAt: { $lt: at } });
    const prefix = encodeValue('u');
    const [range] = ranges;
    assert.ok(range !== undefined);
    const key = (date: Date): Buffer => Buffer.concat([prefix, encodeValue(date, -1)]);
    const isWithin = (date: Date): boolean =>
      Buffer.compare(range.from, key(date)) <= 0 && Buffer.compare(key(date), range.to) < 0;
    assert.deepEqual([isWithin(new Date(999)), isWithin(at), isWithin(new Date(1_001))], [true, false, false]);
  });

  it('uses a partial index only for queries whose matches it all holds', () => {
    assert.equal(plan({ status: 'x', live: true }).index?.spec.name, 'live');
    assert.equal(plan({ status: 'x' }).index, undefined);
  });

  it('uses a sparse index only where the field is demanded', () => {
    assert.equal(plan({ email: 'a' }).index?.spec.name, 'email');
    assert.equal(plan({ email: null }).index, undefined);
    assert.equal(plan({}, { email: 1 }).index, undefined);
  });

  it('walks the whole collection when nothing helps', () => {
    const { index, sorted } = plan({ note: 'x' }, { note: 1 });
    assert.deepEqual([index, sorted], [undefined, false]);
  });
});
