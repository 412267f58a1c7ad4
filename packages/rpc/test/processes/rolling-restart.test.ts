import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, until } from '../fixture.ts';
import { type Child, start } from './child.ts';
import { openLoop } from './open-loop.ts';

test('two processes restarted in turn under 2,000 calls a second lose no reply and show no error', async (t) => {
  const servers: [Child, Child] = [await start(t, 'lab-server.ts'), await start(t, 'lab-server.ts')];
  const target = servers.map((server) => server.target).join(',');
  const clients = Array.from({ length: 4 }, () => connect(t, target, { timeoutMs: 30_000 }));
  await Promise.all(clients.map((client) => client.$.ready()));
  // Unsafe commands, which nobody may send twice.
  const load = openLoop(2_000, async (id) => {
    const answer = (await clients[id % clients.length]?.pay(id)) as { input: number; pid: number };
    assert.equal(answer.input, id);
    return answer.pid;
  });
  // Also when the test fails: a load that goes on would keep the file from ending.
  t.after(() => load.stop());
  const inUse = () => clients.every(({ $ }) => $.stats().endpoints.every(({ state }) => state === 'ready'));
  for (const at of [0, 1, 0, 1] as const) {
    const from = load.answers.length;
    await until(() => load.answers.length > from + 1_000, 'some load', 20_000);
    const { port, exited, kill, lines } = servers[at];
    kill('SIGTERM');
    assert.equal(await exited, 0);
    const report = lines.find((line) => line.closed === true);
    assert.deepEqual([report?.aborted, report?.forced], [0, 0]);
    servers[at] = await start(t, 'lab-server.ts', String(port));
    // As an orchestrator does: the next one leaves when the one before is in use again.
    await until(inUse, 'every client to use both again', 20_000);
  }
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.equal(load.answers.length, load.sent);
  assert.ok(load.sent > 4_000, `${load.sent} calls`);
  assert.ok(new Set(load.answers).size >= 5, 'the new processes took calls');
});
