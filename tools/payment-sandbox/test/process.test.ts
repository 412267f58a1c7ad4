import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SECRET_KEY } from '../src/index.ts';
import { callerOf, runSandbox, SEED, temporaryFolder, until } from './sandbox-fixture.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface SandboxProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown[]>;
  stdout(): string;
  stderr(): string;
}

function spawnSandbox(t: TestContext, env: Record<string, string>): SandboxProcess {
  const child = spawn(process.execPath, [MAIN], { env: { SANDBOX_PORT: '0', ...env } });
  const exited = once(child, 'exit');
  t.after(() => child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  return { child, exited, stdout: () => stdout, stderr: () => stderr };
}

async function readyUrl(sandbox: SandboxProcess): Promise<string> {
  await until(() => sandbox.stdout().endsWith('\n'), 'the ready line');
  return JSON.parse(sandbox.stdout()).url;
}

test('it says ready on one line, logs JSON lines, and stops with 0 on SIGTERM and SIGINT', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const sandbox = spawnSandbox(t, { SANDBOX_DB: join(temporaryFolder(t), 'new-folder', 'ledger.sqlite') });
    const url = await readyUrl(sandbox);
    assert.deepEqual(JSON.parse(sandbox.stdout()), { ready: true, port: Number(new URL(url).port), url });
    assert.equal((await callerOf(url).keyIn()).status, 200);
    sandbox.child.kill(signal);
    assert.deepEqual(await sandbox.exited, [0, null]);
    const lines = sandbox.stderr().trim().split('\n');
    assert.ok(lines.map((line) => JSON.parse(line)).some((line) => line.msg === 'request answered'));
  }
});

test('a port in use stops it with 1, naming the port and SANDBOX_PORT', async (t) => {
  const { url } = await runSandbox(t);
  const { port } = new URL(url);
  const second = spawnSandbox(t, { SANDBOX_PORT: port, SANDBOX_DB: join(temporaryFolder(t), 'ledger.sqlite') });
  assert.deepEqual(await second.exited, [1, null]);
  assert.match(second.stderr(), new RegExp(`port ${port} is in use.*SANDBOX_PORT`));
  assert.equal(second.stdout(), '');
});

test('bad settings stop it with 1', async (t) => {
  const sandbox = spawnSandbox(t, { SANDBOX_PORT: 'http', LOG_LEVEL: 'loud' });
  assert.deepEqual(await sandbox.exited, [1, null]);
  assert.match(sandbox.stderr(), /SANDBOX_PORT.*LOG_LEVEL/);
});

test('kill -9 under load loses no answered charge and no answered key', async (t) => {
  const databasePath = join(temporaryFolder(t), 'ledger.sqlite');
  const answered = new Map<string, string>();
  for (let round = 0; round < 3; round += 1) {
    const sandbox = spawnSandbox(t, { SANDBOX_DB: databasePath, LOG_LEVEL: 'silent' });
    const caller = callerOf(await readyUrl(sandbox));
    const goal = answered.size + 40;
    const payUntilKilled = async (worker: number) => {
      for (let count = 0; ; count += 1) {
        const orderId = `order-${round}-${worker}-${count}`;
        try {
          const answer = await caller.keyIn({ orderId }, { 'Idempotency-Key': orderId });
          assert.equal(answer.status, 200);
          answered.set(orderId, answer.text);
        } catch (err) {
          if (err instanceof assert.AssertionError) throw err;
          return;
        }
        if (answered.size >= goal) sandbox.child.kill('SIGKILL');
      }
    };
    await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(payUntilKilled));
    await sandbox.exited;
  }

  const after = await runSandbox(t, { databasePath });
  const charges = await after.ledger();
  const charged = new Set(charges.map((charge) => charge.orderId));
  assert.equal(charged.size, charges.length);
  assert.ok(answered.size >= 120);
  for (const [orderId, text] of answered) {
    assert.ok(charged.has(orderId), orderId);
    assert.equal((await after.keyIn({ orderId }, { 'Idempotency-Key': orderId })).text, text);
  }
  assert.equal((await after.ledger()).length, charges.length);
});

test('card number, card password and identity number reach neither the files nor the log', async (t) => {
  const folder = temporaryFolder(t);
  const sandbox = spawnSandbox(t, { SANDBOX_DB: join(folder, 'ledger.sqlite'), LOG_LEVEL: 'trace' });
  const url = await readyUrl(sandbox);
  const caller = callerOf(url);
  const canary = { cardNumber: '5450898000198151', customerIdentityNumber: '8412097731', cardExpirationYear: '97' };
  const answers = [
    await caller.keyIn(canary, { 'Idempotency-Key': 'canary-1' }),
    await caller.keyIn({ ...canary, orderId: 'x' }, { 'Idempotency-Key': 'canary-2' }),
    await caller.keyIn({ ...canary, orderId: 'order-000002', cardPassword: 'QZ' }),
    await caller.keyIn(canary, { 'TossPayments-Test-Code': 'INVALID_CARD_NUMBER' }),
    await caller.post('/v1/payments/key-in', JSON.stringify({ ...SEED, ...canary }).slice(0, -1)),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 400, 400, 400, 400],
  );
  const declined = { orderId: 'order-000003', customerIdentityNumber: canary.customerIdentityNumber };
  await caller.keyIn({ ...declined, cardNumber: '4000000000000002' }, { 'Idempotency-Key': 'canary-3' });

  const open = searchable(folder);
  sandbox.child.kill('SIGTERM');
  await sandbox.exited;
  const everything = [open, searchable(folder), sandbox.stderr(), sandbox.stdout(), ...answers.map(({ text }) => text)];
  assert.ok(open.includes('************8151'), 'the search reads what is stored');
  for (const text of everything) {
    for (const secret of ['5450898000198151', '89800019', '98151', '4000000000000002', '8412097731', '"QZ"']) {
      assert.ok(!text.includes(secret), 'card data was found');
    }
    assert.ok(!text.includes(DEFAULT_SECRET_KEY), 'the secret key was found');
  }
});

function searchable(folder: string): string {
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n');
}
