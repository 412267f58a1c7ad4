import { cpus, release, totalmem, type } from 'node:os';

/** Where a result was measured; a number without it means nothing. */
export const machine = (): Record<string, string | number> => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()}`,
  node: process.version,
  at: new Date().toISOString(),
});
