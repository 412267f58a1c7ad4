import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Part, type PartEvent } from '../src/process/part.ts';
import type { PartSpec } from '../src/process/spec.ts';

const READY = `console.log('{"ready":true}');`;
const STAYS = 'setInterval(() => {}, 1000);';

interface Probe {
  readonly part: Part;
  readonly events: PartEvent[];
  readonly logDirectory: string;
  readonly alive: Set<number>;
}

/** A part that runs this script; stopped after the test. */
async function probe(t: TestContext, script: string, change: Partial<PartSpec> = {}): Promise<Probe> {
  const logDirectory = await mkdtemp(join(tmpdir(), 'part-'));
  const events: PartEvent[] = [];
  const alive = new Set<number>();
  const spec: PartSpec = {
    name: 'product',
    command: process.execPath,
    args: ['-e', script],
    ready: 'line',
    readyTimeoutMs: 10_000,
    stopSignal: 'SIGTERM',
    stopGraceMs: 5_000,
    ...change,
  };
  const pids = { add: (pid: number) => void alive.add(pid), remove: (pid: number) => void alive.delete(pid) };
  const part = new Part(spec, { logDirectory, pids, onEvent: (event) => void events.push(event) });
  t.after(async () => {
    await part.stop();
    await rm(logDirectory, { recursive: true, force: true });
  });
  return { part, events, logDirectory, alive };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !holds(); await wait(20))
    assert.ok(performance.now() < end, `${what}: not within 10 s`);
}

const typesOf = (events: readonly PartEvent[]): string[] => events.map(({ type }) => type);

test('a part is ready when it says so, and its output is in its log', async (t) => {
  const { part, events, logDirectory, alive } = await probe(t, `console.error('hello'); ${READY} ${STAYS}`);
  await part.start();
  assert.deepEqual([...alive], [part.pid]);
  await part.stop();
  assert.deepEqual(typesOf(events), ['starting', 'ready', 'stopping', 'stopped']);
  assert.equal(alive.size, 0);
  assert.match(await readFile(join(logDirectory, 'product.log'), 'utf8'), /hello/);
});

test('a first start that fails is not tried again, and the error quotes the log of this start', async (t) => {
  const { part, events } = await probe(t, `console.error('no such table'); process.exit(3);`);
  await assert.rejects(part.start(), /product ended before it was ready \(exit code 3\)[\s\S]*no such table/);
  assert.deepEqual(typesOf(events), ['starting']);
});

test('a part that is never ready is killed after its time', async (t) => {
  const { part, alive } = await probe(t, STAYS, { readyTimeoutMs: 300 });
  await assert.rejects(part.start(), /not ready in 0.3 s/);
  assert.equal(alive.size, 0);
});

test('a part that is killed is restarted, and each death in a row waits longer', async (t) => {
  const { part, events } = await probe(t, `${READY} ${STAYS}`);
  await part.start();
  for (let death = 1; death <= 3; death++) {
    part.kill();
    await until('it is back', () => typesOf(events).filter((type) => type === 'back').length === death);
  }
  const deaths = events.flatMap((event) => (event.type === 'died' ? [event] : []));
  assert.deepEqual(
    deaths.map(({ how, restartInMs }) => [how, restartInMs]),
    [
      ['killed by SIGKILL', 200],
      ['killed by SIGKILL', 400],
      ['killed by SIGKILL', 800],
    ],
  );
});

test('a part that ignores its stop signal is killed after its grace', async (t) => {
  const { part, events } = await probe(t, `process.on('SIGTERM', () => {}); ${READY} ${STAYS}`, { stopGraceMs: 200 });
  await part.start();
  await part.stop();
  assert.deepEqual(typesOf(events), ['starting', 'ready', 'stopping', 'killed', 'stopped']);
});

test('a stop between a death and its restart leaves nothing running', async (t) => {
  const { part, events, alive } = await probe(t, `${READY} ${STAYS}`);
  await part.start();
  part.kill();
  await until('the death is seen', () => typesOf(events).includes('died'));
  await part.stop();
  assert.equal(alive.size, 0);
  assert.ok(!typesOf(events).includes('back'));
});
