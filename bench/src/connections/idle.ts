import type { Run } from '../lib/claim.ts';
import { startWorker, type Worker } from '../lib/process/worker.ts';
import { progress } from '../lib/progress.ts';
import type { HoldingClientQuestion } from './client.ts';
import { IDLE_TARGETS } from './idle-targets.ts';
import type { Memory } from './memory.ts';
import type { HoldingServerQuestion } from './server.ts';

/** Bytes for one idle connection at one end of it. */
export interface IdleSample extends Memory {
  readonly round: number;
  readonly target: string;
  readonly side: 'server' | 'client';
  readonly connections: number;
}

/**
 * Opened before the first look: what is allocated once, and what the process had left over from its start, must not
 * count for or against the others.
 */
const FIRST = 2_000;
const SECONDS = 8;

/** The young generation kept at its smallest: it grows by what was allocated, and would count as held by whoever did. */
const NODE_FLAGS = ['--expose-gc', '--max-semi-space-size=1'];

/** Memory of both ends before and after so many connections were opened, used once and left alone. */
export const idleRounds = async (connections: number, { rounds }: Run): Promise<IdleSample[]> => {
  const samples: IdleSample[] = [];
  const targets = IDLE_TARGETS.filter((target) => target.missing?.() === undefined);
  const bar = progress(rounds * targets.length, SECONDS);
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name } of round % 2 === 1 ? targets : targets.toReversed()) {
      bar.step(`round ${round}/${rounds}, ${connections} idle connections: ${name}`);
      for (const [side, grown] of Object.entries(await held(name, connections))) {
        samples.push({
          round,
          target: name,
          side: side as IdleSample['side'],
          connections,
          ...each(grown, connections),
        });
      }
    }
  }
  bar.end();
  return samples;
};

const held = async (target: string, count: number): Promise<Record<IdleSample['side'], Memory>> => {
  const start = (side: 'server' | 'client', core: number): Worker =>
    startWorker({
      name: `${side} of ${target}`,
      script: new URL(`./${side}.ts`, import.meta.url),
      nodeFlags: NODE_FLAGS,
      core,
    });
  const server = start('server', 0);
  const client = start('client', 1);
  const askServer = <Answer>(question: HoldingServerQuestion): Promise<Answer> => server.ask<Answer>(question);
  const askClient = <Answer>(question: HoldingClientQuestion): Promise<Answer> => client.ask<Answer>(question);
  const both = async (): Promise<[Memory, Memory]> => [await askServer('memory'), await askClient('memory')];
  try {
    const { port } = await askServer<{ readonly port: number }>({ serve: target });
    await askClient({ open: { target, port, count: FIRST } });
    const [serverBefore, clientBefore] = await both();
    await askClient({ open: { target, port, count } });
    const [serverAfter, clientAfter] = await both();
    return { server: grownBy(serverBefore, serverAfter), client: grownBy(clientBefore, clientAfter) };
  } finally {
    await Promise.all([server.stop(), client.stop()]);
  }
};

const grownBy = (before: Memory, after: Memory): Memory => ({
  rssBytes: after.rssBytes - before.rssBytes,
  heapBytes: after.heapBytes - before.heapBytes,
  externalBytes: after.externalBytes - before.externalBytes,
});

const each = ({ rssBytes, heapBytes, externalBytes }: Memory, connections: number): Memory => ({
  rssBytes: rssBytes / connections,
  heapBytes: heapBytes / connections,
  externalBytes: externalBytes / connections,
});
