import { parseArgs } from 'node:util';

/** What `faults` was asked for. */
export type Wanted =
  | { readonly mode: 'help' }
  | {
      readonly mode: 'run';
      readonly seeds: readonly number[];
      readonly bootEvery: number;
      readonly keepsData: boolean;
    };

export const HELP = `faults: run the whole shop and break it: processes killed and paused, links cut, databases stopped

  npx -y pnpm@12 faults                    20 seeds, the first one drawn and printed
  npx -y pnpm@12 faults --seeds 200        a long run; about ten seconds a seed
  npx -y pnpm@12 faults --seed 1234        one seed again
  npx -y pnpm@12 faults --from 1 --seeds 5 seeds 1 to 5

  --boot-every N   seeds on one shop before a fresh one is booted     25
  --keep           leave the data and logs of a shop that broke a promise, and say where

Exit code 0 when every promise held, 1 when one was broken. See docs/fault-testing.md.
`;

const DEFAULT_SEEDS = 20;
const BOOT_EVERY = 25;
const MAX_SEED = 2 ** 31 - 1;

/** @throws {TypeError} naming the option that is not known or not a whole number. */
export function readArguments(args: readonly string[], draw: () => number): Wanted {
  const { values } = parseArgs({
    args: args.filter((argument) => argument !== '--'),
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      from: { type: 'string' },
      'boot-every': { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowPositionals: false,
  });
  if (values.help) return { mode: 'help' };
  if (values.seed !== undefined && (values.seeds !== undefined || values.from !== undefined))
    throw new TypeError('--seed is one seed; --seeds and --from are for several');
  const first = whole('--seed', values.seed) ?? whole('--from', values.from) ?? Math.floor(draw() * MAX_SEED);
  const count = values.seed === undefined ? (whole('--seeds', values.seeds, 1) ?? DEFAULT_SEEDS) : 1;
  return {
    mode: 'run',
    seeds: Array.from({ length: count }, (_, i) => first + i),
    bootEvery: whole('--boot-every', values['boot-every'], 1) ?? BOOT_EVERY,
    keepsData: values.keep,
  };
}

function whole(option: string, text: string | undefined, min = 0): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > MAX_SEED)
    throw new TypeError(`${option} must be a whole number from ${min} to ${MAX_SEED}`);
  return value;
}
