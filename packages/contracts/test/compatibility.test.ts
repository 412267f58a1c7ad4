import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { guardedContracts, lineOf } from '../scripts/snapshots.ts';

const HOW = 'run: node packages/contracts/scripts/snapshot.ts';

for (const { name, now, agreed, changes } of guardedContracts()) {
  test(`${name}: nothing changed that would break a service that is already deployed`, () => {
    assert.ok(agreed, `${name} has no snapshot; ${HOW}`);
    assert.deepEqual(changes.filter(({ level }) => level === 'breaking').map(lineOf), []);
  });

  test(`${name}: its snapshot is the contract as it is`, () => {
    // Compared as JSON, since that is all the file can hold.
    const unwritten = changes.map(lineOf).join('\n');
    assert.deepEqual(agreed, JSON.parse(JSON.stringify(now)), `${unwritten}\nwhen this is meant, ${HOW}`);
  });
}

test('every snapshot belongs to a contract', () => {
  const files = readdirSync(new URL('../snapshots/', import.meta.url)).sort();
  const names = guardedContracts().map(({ name }) => `${name}.json`);
  assert.deepEqual(files, names.sort());
});
