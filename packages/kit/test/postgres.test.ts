import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { closePostgres, createLogger, migrate, openPostgres, pingPostgres, type Sql } from '../src/index.ts';
import { startTestPostgres, type TestPostgres } from '../src/testing/index.ts';

const logger = createLogger({ name: 'test', level: 'silent' });
let database: TestPostgres;
let sql: Sql;
let directory: string;

before(async () => {
  database = await startTestPostgres();
  sql = openPostgres({ url: database.url, applicationName: 'kit-test', max: 4 });
});

after(async () => {
  await closePostgres(sql);
  await database.close();
});

beforeEach(async (t) => {
  await sql.unsafe('drop schema public cascade; create schema public');
  directory = await mkdtemp(join(tmpdir(), 'shop-migrations-'));
  const own = directory;
  if ('after' in t) t.after(() => rm(own, { recursive: true }));
});

const write = (name: string, text: string): Promise<void> => writeFile(join(directory, name), text);

test('answers a ping and carries the limits of its session', async () => {
  await pingPostgres(sql, 5_000);
  const [limits] = await sql`
    select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
           current_setting('idle_in_transaction_session_timeout') as idle, current_setting('application_name') as name`;
  assert.deepEqual({ ...limits }, { statement: '5s', lock: '2s', idle: '10s', name: 'kit-test' });
});

test('reads bigint as a number and refuses one that a number cannot hold', async () => {
  const [row] = await sql`select 9007199254740991::bigint as big`;
  assert.equal(row?.big, Number.MAX_SAFE_INTEGER);
  await assert.rejects(sql`select 9007199254740992::bigint as big`, RangeError);
  await pingPostgres(sql, 5_000);
});

test('rejects a ping that the server leaves unanswered', async () => {
  const narrow = openPostgres({ url: database.url, applicationName: 'kit-narrow', max: 1 });
  const busy = narrow`select pg_sleep(1)`.execute();
  await assert.rejects(pingPostgres(narrow, 50), /no answer from postgres in 50 ms/);
  await busy;
  await closePostgres(narrow);
});

test('applies new migrations in order and each one once', async () => {
  await write('001_first.sql', 'create table a (id integer); insert into a values (1);');
  assert.deepEqual(await migrate({ sql, directory, logger }), ['001_first.sql']);
  await write('002_second.sql', 'insert into a values (2)');
  assert.deepEqual(await migrate({ sql, directory, logger }), ['002_second.sql']);
  assert.deepEqual(await migrate({ sql, directory, logger }), []);
  assert.deepEqual([...(await sql`select id from a order by id`)], [{ id: 1 }, { id: 2 }]);
});

test('lets processes that start together migrate once', async () => {
  await write('001_first.sql', 'create table a (id integer); insert into a values (1);');
  const runs = await Promise.all([1, 2, 3].map(() => migrate({ sql, directory, logger })));
  assert.equal(runs.flat().length, 1);
  assert.equal((await sql`select id from a`).length, 1);
});

test('leaves nothing of a migration that fails', async () => {
  await write('001_good.sql', 'create table a (id integer)');
  await write('002_bad.sql', 'create table b (id integer); select nonsense;');
  await assert.rejects(migrate({ sql, directory, logger }), /migration 002_bad.sql failed/);
  const [row] = await sql`select to_regclass('a') is not null as a, to_regclass('b') is not null as b`;
  assert.deepEqual({ ...row }, { a: true, b: false });
});

test('refuses a migration that changed after it was applied, but not other line ends', async () => {
  await write('001_first.sql', 'create table a (id integer);\nselect 1;\n');
  await migrate({ sql, directory, logger });
  await write('001_first.sql', 'create table a (id integer);\r\nselect 1;\r\n');
  assert.deepEqual(await migrate({ sql, directory, logger }), []);
  await write('001_first.sql', 'create table a (id bigint);');
  await assert.rejects(migrate({ sql, directory, logger }), /changed after it was applied/);
});

test('refuses numbers that repeat, come late or are missing', async () => {
  await write('002_second.sql', 'select 1');
  await migrate({ sql, directory, logger });
  await write('001_late.sql', 'select 1');
  await assert.rejects(migrate({ sql, directory, logger }), /001_late.sql comes after number 2/);
  await write('002_twin.sql', 'select 1');
  await assert.rejects(migrate({ sql, directory, logger }), /same number/);
  await rm(join(directory, '002_twin.sql'));
  await write('third.sql', 'select 1');
  await assert.rejects(migrate({ sql, directory, logger }), /third.sql is not named like/);
});
