import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SEED_ORDER } from '@shop/stack';
import { type Command, run, stackEnv, start } from './harness/command-line.ts';
import { allGone, readyLine } from './harness/ready.ts';
import { temporaryDirectory } from './harness/shop.ts';

const home = await temporaryDirectory();
/** One directory for the tests that only need a stack: the first start creates its files once. */
const dataDir = join(home, 'data');
const STOPS_WITHIN_MS = 40_000;

/** A command that is killed with everything it started when its test fails half-way. */
function watched(t: { after(fn: () => void): void }, command: Command): Command {
  t.after(() => {
    for (const stream of [command.child.stdout, command.child.stderr]) stream?.destroy();
    command.child.kill('SIGTERM');
  });
  return command;
}

test('--help says what it does and starts nothing', async (t) => {
  const { exit, seen } = watched(t, start(['--help'], stackEnv(join(home, 'untouched'))));
  assert.equal(await exit, 0);
  for (const word of ['--demo', '--json', 'DATA_DIR', 'HTTP_PORT', 'MONGO_URI'])
    assert.ok(seen.out.includes(word), word);
  await assert.rejects(stat(join(home, 'untouched')), { code: 'ENOENT' });
});

test('an option that does not exist is refused by name', async (t) => {
  const { exit, seen } = watched(t, start(['--dmeo'], stackEnv(join(home, 'untouched'))));
  assert.equal(await exit, 1);
  assert.match(seen.err, /--dmeo/);
});

test('a bad setting is refused by name, all of them at once', async (t) => {
  const env = { ...stackEnv(join(home, 'untouched')), HTTP_PORT: 'http', POSTGRES_PORT: '70000' };
  const { exit, seen } = watched(t, start([], env));
  assert.equal(await exit, 1);
  assert.match(seen.err, /HTTP_PORT[\s\S]*POSTGRES_PORT/);
});

test('--demo places an order end to end, prints it, stops everything and exits with 0', async (t) => {
  const { exit, seen } = watched(t, start(['--demo'], stackEnv(dataDir)));
  assert.equal(await exit, 0, seen.err);
  assert.match(seen.out, /201 Created/);
  assert.match(seen.out, /"status": "paymentProcessed"/);
  assert.match(seen.out, /PostgreSQL +stopped/);
});

test('--json prints one line, an order can be placed, and Ctrl-C leaves nothing running', async (t) => {
  const command = watched(t, start(['--json'], stackEnv(dataDir)));
  const ready = await readyLine(command);
  assert.equal(ready.ready, true);
  assert.equal(ready.dataDir, dataDir);
  for (const part of ['order', 'user', 'product', 'payment', 'sandbox', 'postgres', 'mongo'])
    assert.ok((ready.pids[part] ?? 0) > 0, part);
  const placed = await fetch(`${ready.urls.order}/order`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(SEED_ORDER),
  });
  assert.equal(placed.status, 201);
  assert.equal((await fetch(ready.urls.docs)).status, 200);
  await stat(join(ready.dataDir, 'logs', 'order.log'));
  assert.equal((await stat(join(ready.dataDir, 'secrets.json'))).mode & 0o077, 0);

  const second = watched(t, start([], stackEnv(dataDir)));
  assert.equal(await second.exit, 1);
  assert.match(second.seen.err, new RegExp(`in use by another running stack \\(pid ${command.child.pid}`));

  // As a terminal does: to the whole process group.
  process.kill(-(command.child.pid ?? Number.NaN), 'SIGINT');
  assert.equal(await command.exit, 0, command.seen.err);
  assert.equal(command.seen.out.trim().split('\n').length, 1);
  await allGone(ready.pids, 0);
});

test('kill -9 of the stack itself leaves nothing running, and the next start finds its data', async (t) => {
  const killed = watched(t, start(['--json'], stackEnv(dataDir)));
  const { pids } = await readyLine(killed);
  killed.child.kill('SIGKILL');
  await killed.exit;
  // At once: it waits for what the first one left behind.
  const next = watched(t, start(['--json'], stackEnv(dataDir)));
  const ready = await readyLine(next);
  await allGone(pids, 0);
  const orders = await fetch(`${ready.urls.order}/order`, { headers: { authorization: `Bearer ${ready.token}` } });
  assert.equal(((await orders.json()) as { data: unknown[] }).data.length, 2);
  next.child.kill('SIGTERM');
  assert.equal(await next.exit, 0);
  await allGone(ready.pids, 0);
});

test('a stack whose package manager was killed stops by itself', async (t) => {
  const main = fileURLToPath(new URL('../tools/stack/src/main.ts', import.meta.url));
  const pnpm = fileURLToPath(new URL('./fixtures/pnpm.mjs', import.meta.url));
  const command = watched(t, run([pnpm, main, '--json'], stackEnv(dataDir)));
  const { pids } = await readyLine(command);
  command.child.kill('SIGKILL');
  await allGone(pids, STOPS_WITHIN_MS);
});

test('a second Ctrl-C ends everything at once', async (t) => {
  const command = watched(t, start(['--json'], stackEnv(dataDir)));
  const { pids } = await readyLine(command);
  // A part that does not answer keeps the first Ctrl-C waiting.
  process.kill(pids.sandbox ?? Number.NaN, 'SIGSTOP');
  // Until it ends: signals that follow the first at once are taken for its echo.
  const impatient = setInterval(() => command.child.kill('SIGINT'), 100);
  t.after(() => clearInterval(impatient));
  assert.equal(await command.exit, 1);
  await allGone(pids, STOPS_WITHIN_MS);
});

test('ports in use are all named at once with the variables that move them', async (t) => {
  const servers = [createServer(), createServer()];
  t.after(() => {
    for (const server of servers) server.close();
  });
  const [http, sandbox] = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen({ host: '127.0.0.1', port: 0 }, () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  const env = { ...stackEnv(join(home, 'other')), HTTP_PORT: String(http), SANDBOX_PORT: String(sandbox) };
  const { exit, seen } = watched(t, start([], env));
  assert.equal(await exit, 1);
  assert.match(seen.err, new RegExp(`${http} .*HTTP_PORT[\\s\\S]*${sandbox} .*SANDBOX_PORT`));
});
