import { setTimeout as wait } from 'node:timers/promises';
import type { Run } from '../lib/claim.ts';
import { startWorker, type Worker } from '../lib/process/worker.ts';
import { progress } from '../lib/progress.ts';
import { cpuMsByName } from './cpu.ts';
import { takenSoFar } from './ledger.ts';
import type { Load, Measured } from './load.ts';
import { type Sample, TARGETS, type TargetName } from './sample.ts';
import { openShop, type Shop } from './shop.ts';

/** Won: what the order costs. */
const AMOUNT = 3_000;
/** After the load has ended; the outbox is emptied all the while, so this is the rest. */
const SETTLED_WITHIN_MS = 10_000;
const POLL_MS = 20;

/** Both targets once a round, one after another on the same servers; every second round the other way round. */
export const runRounds = async (run: Run, inFlight: number): Promise<readonly Sample[]> => {
  const bar = progress(run.rounds * TARGETS.length + 1, (run.warmUpMs + run.measureMs) / 1_000 + 1);
  bar.step('starting the shop');
  const shop = await openShop();
  const workers: Record<TargetName, Worker> = {
    'four services': startWorker({
      name: 'the load',
      script: new URL('./client.ts', import.meta.url),
      env: { HTTP_PORT: String(shop.stack.ports.http), TOKEN: shop.stack.token },
    }),
    'one process': startWorker({
      name: 'the one process',
      script: new URL('./server.ts', import.meta.url),
      env: { ONE_PROCESS: JSON.stringify(shop.oneProcess) },
    }),
  };
  try {
    const samples: Sample[] = [];
    for (let round = 1; round <= run.rounds; round += 1) {
      for (const target of round % 2 === 1 ? TARGETS : TARGETS.toReversed()) {
        bar.step(`round ${round}/${run.rounds}: ${target}`);
        await place(shop, workers[target], { inFlight, forMs: run.warmUpMs });
        const { measured, cpuMs } = await place(shop, workers[target], { inFlight, forMs: run.measureMs });
        const { cpuUs, ...facts } = measured;
        const own = target === 'one process' ? 'one process' : 'load';
        samples.push({ round, target, ...facts, cpuMs: { ...cpuMs, [own]: cpuUs / 1_000 } });
      }
    }
    bar.end();
    return samples;
  } finally {
    await Promise.all(Object.values(workers).map((worker) => worker.stop()));
    await shop.close();
  }
};

/** Places orders, waits until everybody has heard of them, and compares with what the provider has taken. */
const place = async (shop: Shop, worker: Worker, load: Load) => {
  const { stack } = shop;
  const before = await takenSoFar(stack.urls.sandbox);
  const cpuBefore = cpuMsByName(stack.pids());
  const measured = await worker.ask<Measured>(load);
  await allTold(shop);
  const cpuAfter = cpuMsByName(stack.pids());
  const after = await takenSoFar(stack.urls.sandbox);
  const [charges, sum] = [after.charges - before.charges, after.sum - before.sum];
  if (charges !== measured.orders || sum !== measured.orders * AMOUNT) {
    throw new Error(`${measured.orders} orders were placed, and the provider took ${sum} won in ${charges} charges`);
  }
  const cpuMs = Object.fromEntries(Object.entries(cpuAfter).map(([name, ms]) => [name, ms - (cpuBefore[name] ?? ms)]));
  return { measured, cpuMs };
};

/** What is left to tell would take its CPU from whoever is measured next. */
const allTold = async (shop: Shop): Promise<void> => {
  const untilMs = performance.now() + SETTLED_WITHIN_MS;
  while ((await shop.untold()) > 0) {
    if (performance.now() > untilMs) throw new Error(`payments are untold after ${SETTLED_WITHIN_MS} ms`);
    await wait(POLL_MS);
  }
};
