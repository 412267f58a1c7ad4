import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { GroupCommit } from './group-commit.ts';

function openTable() {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE kept (name TEXT NOT NULL) STRICT');
  const commits = new GroupCommit(database);
  const keep = (name: string) => commits.run(() => database.prepare('INSERT INTO kept VALUES (?)').run(name).changes);
  const kept = () =>
    database
      .prepare('SELECT name FROM kept')
      .all()
      .map(({ name }) => name);
  return { database, commits, keep, kept };
}

test('what is decided in one turn is committed together, in order', async () => {
  const { database, commits, keep, kept } = openTable();
  const seen: boolean[] = [];
  const all = [keep('a'), commits.run(() => seen.push(database.isTransaction)), keep('b')];
  assert.deepEqual(kept(), []);
  assert.deepEqual(await Promise.all(all), [1, 1, 1]);
  assert.deepEqual(seen, [true]);
  assert.deepEqual(kept(), ['a', 'b']);
  assert.equal(database.isTransaction, false);
});

test('one that fails is undone and fails alone', async () => {
  const { database, commits, keep, kept } = openTable();
  const failing = commits.run(() => {
    database.exec("INSERT INTO kept VALUES ('lost')");
    throw new Error('a defect');
  });
  const [first, second, third] = await Promise.allSettled([keep('a'), failing, keep('b')]);
  assert.deepEqual([first?.status, second?.status, third?.status], ['fulfilled', 'rejected', 'fulfilled']);
  assert.deepEqual(kept(), ['a', 'b']);
});

test('a commit that fails answers nobody, and the next one works', async () => {
  const { database, commits, keep, kept } = openTable();
  database.exec('CREATE TABLE owner (id INTEGER PRIMARY KEY)');
  // Looked at only when the transaction ends.
  database.exec('CREATE TABLE owned (id INTEGER REFERENCES owner DEFERRABLE INITIALLY DEFERRED)');
  const broken = commits.run(() => database.exec('INSERT INTO owned VALUES (7)'));
  const [other, own] = await Promise.allSettled([keep('lost'), broken]);
  assert.deepEqual([other?.status, own?.status], ['rejected', 'rejected']);
  assert.deepEqual(kept(), []);
  await keep('a');
  assert.deepEqual(kept(), ['a']);
});
