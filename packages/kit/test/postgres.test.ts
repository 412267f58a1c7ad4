import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, type TestContext, test } from 'node:test';
import { closePostgres, createLogger, migrate, openPostgres, pingPostgres, type Sql } from '../src/index.ts';
import { isDatabaseAway } from '../src/outage.ts';
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

test('a pool whose database was away finds it within a second, however many connections failed', async (t) => {
  const url = new URL(database.url);
  const door = createServer((near) => {
    const far = connect(Number(url.port), url.hostname);
    near.pipe(far).pipe(near);
    near.on('error', () => undefined).on('close', () => far.destroy());
    far.on('error', () => undefined).on('close', () => near.destroy());
  });
  const open = (port: number) => new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve));
  await open(0);
  const address = door.address();
  assert.ok(typeof address === 'object' && address !== null);
  await new Promise((resolve) => door.close(resolve));
  const away = new URL(database.url);
  away.hostname = '127.0.0.1';
  away.port = String(address.port);
  const pool = openPostgres({ url: away.href, applicationName: 'kit-test', max: 20 });
  t.after(async () => {
    await closePostgres(pool);
    door.close();
  });
  // Each of the twenty connections fails twice, and each failure counts for all of them.
  for (let round = 0; round < 2; round += 1) {
    const errors = await Promise.all(
      Array.from({ length: 20 }, () => pool`select 1`.then(String, (err: unknown) => err)),
    );
    assert.ok(errors.every(isDatabaseAway));
  }
  await open(address.port);
  const startedMs = performance.now();
  let isBack = false;
  while (!isBack) {
    isBack = await pool`select 1`.then(
      () => true,
      () => false,
    );
  }
  const tookMs = performance.now() - startedMs;
  // A second at most, and room for a busy machine; the driver left to itself takes up to twenty.
  assert.ok(tookMs < 5_000, `it took ${Math.round(tookMs)} ms`);
});

test('a transaction that loses its connection fails, and neither the process nor the pool goes with it', async (t) => {
  const url = new URL(database.url);
  const sockets = new Set<Socket>();
  const door = createServer((near) => {
    const far = connect(Number(url.port), url.hostname);
    near.pipe(far).pipe(near);
    near.on('error', () => undefined).on('close', () => far.destroy());
    far.on('error', () => undefined).on('close', () => near.destroy());
    sockets.add(near);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  assert.ok(typeof address === 'object' && address !== null);
  url.hostname = '127.0.0.1';
  const through = new URL(url);
  through.port = String(address.port);
  const pool = openPostgres({ url: through.href, applicationName: 'kit-test', max: 1 });
  t.after(async () => {
    await closePostgres(pool);
    door.close();
  });
  for (let round = 0; round < 3; round += 1) {
    const lost = pool.begin(async (tx) => {
      await tx`select 1`;
      for (const socket of sockets) socket.resetAndDestroy();
      sockets.clear();
      // Until the pool has noticed; then the driver rolls back on a connection that is not there.
      await tx`select pg_sleep(5)`;
    });
    await assert.rejects(lost, (err) => isDatabaseAway(err));
    assert.equal((await pool`select 1 as one`)[0]?.one, 1);
  }
});

/** Milliseconds; long enough for a busy machine to answer. */
const ANSWER_MS = 1_000;

/** A way to the database that can go silent: connections stay, new ones are taken, and nothing passes. */
const quietableDoor = async (t: TestContext) => {
  const url = new URL(database.url);
  const { hostname, port } = url;
  let isSilent = false;
  let given = 0;
  const door = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => void (isSilent || to.write(bytes)));
      from.on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
    near.on('close', () => {
      given += 1;
    });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  assert.ok(typeof address === 'object' && address !== null);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const pool = openPostgres({
    ...{ url: url.href, applicationName: 'kit-test', max: 2, connectTimeoutMs: 1_000, answerTimeoutMs: ANSWER_MS },
  });
  t.after(async () => {
    isSilent = false;
    await closePostgres(pool);
    door.close();
  });
  return {
    pool,
    /** Connections that were given up. */
    givenUp: () => given,
    setSilent: (silent: boolean) => {
      isSilent = silent;
    },
  };
};

const codeOf = (failed: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(failed).then(
    (value) => value,
    (err: unknown) => (isDatabaseAway(err) && err instanceof Error && 'code' in err ? err.code : err),
  );

test('queries on a link that went silent fail, their connections are given up, and the pool is well when the link is', async (t) => {
  const { pool, givenUp, setSilent } = await quietableDoor(t);
  const both = () => [pool`select pg_sleep(0.01), 1 as n`, pool`select pg_sleep(0.01), 2 as n`];
  await Promise.all(both());
  assert.equal(givenUp(), 0);
  setSilent(true);
  assert.deepEqual(await Promise.all(both().map(codeOf)), ['ANSWER_TIMEOUT', 'ANSWER_TIMEOUT']);
  assert.deepEqual(await codeOf(pool`select 1`), 'CONNECT_TIMEOUT');
  assert.ok(givenUp() >= 2);
  setSilent(false);
  let found: unknown;
  while (!Array.isArray(found)) found = await codeOf(pool`select 1 as one`);
  assert.deepEqual(
    (await Promise.all(both())).map(([row]) => row?.n),
    [1, 2],
  );
});

test('a transaction whose link goes silent fails, and every later query has its own answer', async (t) => {
  const { pool, setSilent } = await quietableDoor(t);
  const lost = pool.begin(async (tx) => {
    await tx`select 1`;
    setSilent(true);
    await tx`select 2`;
  });
  assert.equal(await codeOf(lost), 'ANSWER_TIMEOUT');
  setSilent(false);
  let found: unknown;
  while (!Array.isArray(found)) found = await codeOf(pool`select 1 as one`);
  for (let i = 0; i < 10; i += 1) assert.equal((await pool`select ${i}::integer as n`)[0]?.n, i);
});

test('what is answered in time is never given up: queries that wait their turn, a process that stood still, a migration', async (t) => {
  const { pool, givenUp } = await quietableDoor(t);
  // More than the limit together, on two connections.
  const rows = await Promise.all(Array.from({ length: 12 }, (_, n) => pool`select pg_sleep(0.25), ${n}::integer as n`));
  assert.deepEqual(
    rows.map(([row]) => row?.n),
    Array.from({ length: 12 }, (_, n) => n),
  );

  const asked = pool`select pg_sleep(0.05), 1 as one`.execute();
  await new Promise((resolve) => setImmediate(resolve));
  const endMs = performance.now() + 1.5 * ANSWER_MS;
  while (performance.now() < endMs);
  assert.equal((await asked)[0]?.one, 1);
  assert.equal(givenUp(), 0);

  await write('001_slow.sql', `select pg_sleep(${(1.5 * ANSWER_MS) / 1_000})`);
  assert.deepEqual(await migrate({ sql: pool, directory, logger }), ['001_slow.sql']);
});
