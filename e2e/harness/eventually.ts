import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 50;

/** Asks until the answer is not `undefined`. @throws {Error} naming what did not happen in time. */
export async function eventually<T>(
  what: string,
  withinMs: number,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${withinMs} ms`);
    await wait(POLL_MS);
  }
}
