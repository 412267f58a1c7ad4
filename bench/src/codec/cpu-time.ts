/** Long enough that reading the clock does not count, short enough to end in time. */
const BATCH_MS = 1;

/**
 * Nanoseconds of CPU that one run of `step` takes, over about so many milliseconds. CPU and not the clock on the wall:
 * what else the machine does is left out, what garbage collection does on other threads is counted.
 */
export const cpuNsOf = (step: () => void, forMs: number): number => {
  const batch = stepsIn(step, BATCH_MS);
  const before = process.cpuUsage();
  const untilMs = performance.now() + forMs;
  let steps = 0;
  do {
    for (let index = 0; index < batch; index += 1) step();
    steps += batch;
  } while (performance.now() < untilMs);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1_000) / steps;
};

const stepsIn = (step: () => void, ms: number): number => {
  const untilMs = performance.now() + ms;
  let steps = 0;
  do {
    step();
    steps += 1;
  } while (performance.now() < untilMs);
  return steps;
};
