import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { userContract } from '@shop/contracts';
import { startTestPostgres } from '@shop/kit/testing';
import { createClient } from 'cmdrpc';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const TOKEN = 'a token that only services know, of some length';
// Nobody's: hashing at full cost takes its time, and an account would be hashed as well.
const EMAIL = 'nobody@example.com';

const database = await startTestPostgres();
after(() => database.close());

async function startUser() {
  const env = { HOST: '127.0.0.1', TCP_PORT: '0', DB_URL: database.url, RPC_AUTH_TOKEN: TOKEN, JWT_SECRET: 'dev' };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  after(() => child.kill('SIGKILL'));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exited = once(child, 'exit').then(([code]): unknown => code);
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    exited.then((code) => assert.fail(`exited with ${code}: ${log}`)),
  ]);
  const { port } = JSON.parse(line) as { readonly port: number };
  const clientOf = (authToken?: string) =>
    createClient(userContract, { target: `tcp://127.0.0.1:${port}`, name: 'test', authToken });
  return {
    clientOf,
    stop: async (): Promise<string> => {
      child.kill('SIGTERM');
      assert.equal(await exited, 0);
      return log;
    },
  };
}

test('nobody without the token logs in, and a pause outlives the process that ordered it', async () => {
  const first = await startUser();
  const stranger = first.clientOf();
  const refused = await stranger.login.safe({ email: EMAIL, password: 'a wrong one' });
  assert.deepEqual([refused.error?.reason, refused.error?.delivery], ['hello_rejected', 'unsent']);
  await stranger.$.close();

  const order = first.clientOf(TOKEN);
  const origin = { clientAddress: '203.0.113.9' };
  for (let time = 0; time < 5; time++) {
    const wrong = await order.login.safe({ email: EMAIL, password: 'a wrong one', ...origin });
    assert.equal(wrong.error?.reason, 'credentials_invalid');
  }
  await order.$.close();
  const log = await first.stop();
  assert.doesNotMatch(log, /203\.0\.113|nobody@example|a wrong one|only services know/);

  const second = await startUser();
  const again = second.clientOf(TOKEN);
  const paused = await again.login.safe({ email: EMAIL, password: 'another one', ...origin });
  assert.equal(paused.error?.reason, 'too_many_attempts');
  await again.$.close();
  await second.stop();
});
