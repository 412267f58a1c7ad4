import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROBE = fileURLToPath(new URL('./lifecycle-process.ts', import.meta.url));

function run(t: TestContext, ...args: string[]) {
  const child = spawn(process.execPath, [PROBE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const seen = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    seen.err += text;
  });
  const closed = once(child, 'close');
  return {
    child,
    seen,
    until: async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(seen.out))
        await Promise.race([once(child.stdout, 'data'), closed.then(() => assert.fail(seen.err))]);
    },
    exit: async (): Promise<unknown> => (await closed)[0],
  };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  test(`says it is ready on one line and stops in reverse order on ${signal}`, async (t) => {
    const probe = run(t, 'fine');
    await probe.until(/\n/);
    const ready = JSON.parse(probe.seen.out);
    assert.ok(ready.port > 0);
    assert.deepEqual(ready, { ready: true, service: 'probe', port: ready.port });
    probe.child.kill(signal);
    assert.equal(await probe.exit(), 0);
    assert.deepEqual(probe.seen.out.trim().split('\n').slice(1), ['second stopped', 'first stopped']);
  });

test('refuses a bad configuration in plain words, stops what was started and exits with 1', async (t) => {
  const probe = run(t, 'bad-config');
  assert.equal(await probe.exit(), 1);
  assert.equal(probe.seen.err, 'probe: the configuration is refused:\n  DB_URL: is missing\n');
  assert.equal(probe.seen.out, 'second stopped\nfirst stopped\n');
});

test('names the port that is taken and the variable that moves it', async (t) => {
  const server = createServer();
  t.after(() => server.close());
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? String(address?.port) : '';
  const probe = run(t, 'port-taken', port);
  assert.equal(await probe.exit(), 1);
  assert.match(probe.seen.err, new RegExp(`port ${port} is taken; .*TCP_PORT`));
});

test('stops the rest when one part fails to stop, and exits with 1', async (t) => {
  const probe = run(t, 'stop-fails');
  await probe.until(/ready/);
  probe.child.kill('SIGTERM');
  assert.equal(await probe.exit(), 1);
  assert.match(probe.seen.out, /second stopped\nfirst stopped\n/);
  assert.match(probe.seen.err, /"part":"third".*did not stop cleanly/);
});

test('takes a signal that follows at once for an echo of the first', async (t) => {
  const probe = run(t, 'fine');
  await probe.until(/ready/);
  probe.child.kill('SIGINT');
  probe.child.kill('SIGTERM');
  assert.equal(await probe.exit(), 0);
  assert.match(probe.seen.out, /second stopped\nfirst stopped\n/);
});

test('exits at once on a second signal', async (t) => {
  const probe = run(t, 'stop-hangs');
  await probe.until(/ready/);
  probe.child.kill('SIGTERM');
  await probe.until(/hanging/);
  const again = setInterval(() => probe.child.kill('SIGTERM'), 50);
  t.after(() => clearInterval(again));
  assert.equal(await probe.exit(), 1);
  assert.doesNotMatch(probe.seen.out, /second stopped/);
});

for (const mode of ['uncaught', 'unhandled'])
  test(`logs an ${mode} error and exits with 1`, async (t) => {
    const probe = run(t, mode);
    assert.equal(await probe.exit(), 1);
    const line = JSON.parse(probe.seen.err.trim().split('\n').at(-1) ?? '');
    assert.equal(line.level, 'fatal');
    assert.equal(line.msg, 'uncaught error');
  });
