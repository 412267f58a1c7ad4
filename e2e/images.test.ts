import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { startTestPostgres } from '@shop/kit/testing';
import { login, SEED_ORDER } from '@shop/stack';
import postgres from 'postgres';
import { run } from './harness/command-line.ts';
import { readComposeFile } from './harness/compose-file.ts';
import { eventually } from './harness/eventually.ts';
import { freePorts } from './harness/free-ports.ts';
import { buildImage, type Image } from './harness/image.ts';
import { temporaryDirectory } from './harness/shop.ts';

// compose.yaml without an engine: every image is built by its Dockerfile's steps in an empty directory, and started
// with the variables of compose.yaml, of which only addresses are translated to this machine's.
const home = await temporaryDirectory();
const { services } = await readComposeFile();
const NAMES = ['user', 'product', 'payment', 'payment-sandbox', 'order'];
const INSIDE = ['3004', '4004', '4010', '4020', '4030', '4099', '27017'];
const ports = await freePorts(INSIDE);
const database = await startTestPostgres();
const stops: (() => Promise<unknown>)[] = [() => database.close()];
after(async () => {
  const problems: unknown[] = [];
  // One that did not stop well must not keep the others running.
  for (const stop of stops.reverse()) await stop().catch((problem: unknown) => problems.push(problem));
  assert.deepEqual(problems, []);
});

test('the images of compose.yaml start with its variables, become healthy and place an order', async () => {
  await createDatabases();
  await startMongo();
  for (const name of NAMES) await startService(name, await build(name));
  const url = `http://127.0.0.1:${ports['3004']}`;
  const password = services.user?.environment.DEMO_PASSWORD ?? '';
  const placed = await fetch(`${url}/order`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await login(url, password)}`, 'content-type': 'application/json' },
    body: JSON.stringify(SEED_ORDER),
  });
  assert.equal(placed.status, 201, await placed.clone().text());
  const { status } = (await placed.json()) as { status: string };
  assert.equal(status, 'paymentProcessed');
});

test('in production the same variables are refused: example secrets, demo data, the test key', async () => {
  for (const [name, problem] of [
    ['user', /ACCESS_TOKEN_SECRET: is an example value[\s\S]*DEMO_DATA/],
    ['product', /DEMO_DATA: is refused in production/],
    ['payment', /TOSS_SECRET_KEY/],
  ] as const) {
    const image = { root: join(home, name, 'image') };
    const env = { ...environment(name), NODE_ENV: 'production' };
    const { exit, seen } = run([join(image.root, 'app/services', name, 'src/main.ts')], env);
    assert.equal(await exit, 1, name);
    assert.match(seen.err, problem);
  }
});

async function build(name: string): Promise<Image> {
  const args = services[name]?.build?.args;
  assert.ok(args, `${name} is built`);
  return buildImage(join(home, name), args);
}

async function startService(name: string, image: Image): Promise<void> {
  const [node, ...args] = image.command;
  assert.equal(node, 'node');
  const service = run(args, environment(name), image.workingDirectory);
  stops.push(async () => {
    service.child.kill('SIGTERM');
    assert.equal(await service.exit, 0, `${name}: ${service.seen.err}`);
  });
  await eventually(`${name} is healthy`, 30_000, async () => {
    assert.equal(service.child.exitCode, null, `${name}: ${service.seen.err}`);
    return healthy(name, image);
  });
}

/** Runs the health check of compose.yaml in the image. */
async function healthy(name: string, { root }: Image): Promise<true | undefined> {
  const [, , script = ''] = services[name]?.healthcheck.test ?? [];
  try {
    await promisify(execFile)(process.execPath, [join(root, script)], { env: environment(name) });
    return true;
  } catch {
    // Not yet.
    return undefined;
  }
}

/** Exactly compose.yaml's variables for a service, at this machine's addresses. */
function environment(name: string): NodeJS.ProcessEnv {
  const given = Object.entries(services[name]?.environment ?? {});
  return { PATH: process.env.PATH, ...Object.fromEntries(given.map(([key, value]) => [key, translate(key, value)])) };
}

function translate(key: string, value: string): string {
  if (key === 'SANDBOX_DB') return join(home, 'ledger.sqlite');
  if (key === 'DB_URL') return value.replace('postgres:5432', new URL(database.url).host);
  // The embedded document server has no accounts.
  if (key === 'MONGO_URI')
    return value.replace(/\/\/.*@mongo:27017/, `//127.0.0.1:${ports['27017']}`).replace(/\?.*/, '');
  if (key.endsWith('_HOST') && value in services) return '127.0.0.1';
  if (key.endsWith('_PORT')) return String(ports[value]);
  return value.replace(/\/\/(order|127\.0\.0\.1):(\d+)/, (_, _host, port: string) => `//127.0.0.1:${ports[port]}`);
}

/** What deploy/postgres/databases.sh does, with the same names and passwords. */
async function createDatabases(): Promise<void> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  for (const name of ['user', 'product', 'payment']) {
    const { username, password, pathname } = new URL(services[name]?.environment.DB_URL ?? '');
    await sql.unsafe(`create role "${username}" login password '${password}'`);
    await sql.unsafe(`create database "${pathname.slice(1)}" owner "${username}"`);
  }
  await sql.end();
}

async function startMongo(): Promise<void> {
  const main = new URL('../packages/embedded-mongo/src/main.ts', import.meta.url).pathname;
  const directory = join(home, 'mongo');
  await mkdir(directory);
  const env = {
    ...process.env,
    MONGO_PORT: String(ports['27017']),
    EMBEDDED_MONGO_PATH: join(directory, 'orders.sqlite'),
  };
  const server = run([main], env);
  stops.push(() => {
    server.child.kill('SIGTERM');
    return server.exit;
  });
  await eventually('the document server is up', 20_000, () =>
    server.seen.out.includes('"ready":true') ? true : undefined,
  );
}
