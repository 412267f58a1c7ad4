import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, until } from '../fixture.ts';
import { start } from './child.ts';
import { openLoop } from './open-loop.ts';

/** The defaults, in a tenth of their time. */
const SCALED = {
  keepaliveMs: 1_500,
  keepaliveBusyMs: 200,
  keepaliveTimeoutMs: 500,
  handshakeTimeoutMs: 500,
  breaker: { resetMs: 500 },
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('a server process that freezes under load costs no read or idempotent call its answer, and is used again later', async (t) => {
  const frozen = await start(t, 'lab-server.ts');
  const healthy = await start(t, 'lab-server.ts');
  const client = connect(t, `${frozen.target},${healthy.target}`, { ...SCALED, timeoutMs: 20_000 });
  await client.$.ready();
  const load = openLoop(200, async (id) => {
    const answer = (await (id % 2 === 0 ? client.look(id) : client.put(id))) as { input: number; pid: number };
    assert.equal(answer.input, id);
    return answer.pid;
  });
  // Also when the test fails: a load that goes on would keep the file from ending.
  t.after(() => load.stop());
  const [frozenPid, healthyPid] = [frozen, healthy].map(({ lines }) => lines[0]?.pid);
  const takenBy = (pid: unknown) => load.answers.filter((answer) => answer === pid).length;
  await until(() => takenBy(frozenPid) > 50 && takenBy(healthyPid) > 50, 'load on both');
  frozen.kill('SIGSTOP');
  // A tenth of thirty seconds, as the options are of the defaults.
  await pause(3_000);
  const before = takenBy(healthyPid);
  await until(() => takenBy(healthyPid) > before + 50, 'the other to carry the load');
  frozen.kill('SIGCONT');
  const back = takenBy(frozenPid);
  await until(() => takenBy(frozenPid) > back + 50, 'the frozen one to take calls again', 20_000);
  await load.stop();
  assert.deepEqual(load.failures, []);
  assert.equal(load.answers.length, load.sent);
});

test('a client process that was frozen goes on without a failed idempotent call', async (t) => {
  // The server takes a silent connection for gone long before the client is back.
  const server = await start(t, 'lab-server.ts', '0', '500');
  const client = await start(t, 'lab-client.ts', server.target);
  const answered = () => Number(client.lines.findLast((line) => line.answered !== undefined)?.answered ?? 0);
  await until(() => answered() > 20, 'some load');
  client.kill('SIGSTOP');
  await pause(2_000);
  const before = answered();
  client.kill('SIGCONT');
  await until(() => answered() > before + 50, 'the load to go on', 20_000);
  client.tell('end');
  assert.equal(await client.exited, 0);
  const account = client.lines.find((line) => line.ended === true);
  assert.deepEqual(account?.failures, []);
  assert.equal(account?.answered, account?.sent);
});
