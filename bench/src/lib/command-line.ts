import { parseArgs } from 'node:util';
import type { Claim, ClaimOption, Run } from './claim.ts';
import { positive, UsageError, wholeNumber } from './options.ts';

/** What every claim takes. */
const COMMON_OPTIONS = {
  quick: { type: 'boolean', help: 'short times and one round: to see that it runs, not to decide' },
  rounds: { type: 'string', value: 'N', help: 'rounds; in each, all targets take their turn (default 3)' },
  'warm-up': { type: 'string', value: 'S', help: 'seconds a target works before it is measured' },
  measure: { type: 'string', value: 'S', help: 'seconds it is measured' },
  json: { type: 'boolean', help: 'print the result as JSON in place of Markdown' },
  out: { type: 'string', value: 'DIR', help: 'write JSON, Markdown and SVG there' },
  help: { type: 'boolean', help: 'this text' },
} as const satisfies Record<string, ClaimOption>;

/** A server and a client need about five seconds before the compiler has done with them; HTTP and gRPC do. */
const USUAL = { warmUpMs: 5_000, measureMs: 3_000 } as const;
const QUICK_MS = 1_000;

export interface Command {
  readonly run: Run;
  readonly json: boolean;
  readonly out: string | undefined;
  readonly help: boolean;
  /** Whether the run is the one whose results are kept: nothing but defaults. */
  readonly whole: boolean;
}

/** @throws {UsageError} an option the claim does not have, or a value that makes no sense. */
export const readCommand = (claim: Claim | undefined, args: readonly string[]): Command => {
  const values = parse({ ...claim?.options, ...COMMON_OPTIONS }, args);
  const quick = values.quick === true;
  const usual = claim?.times ?? USUAL;
  const seconds = (option: 'warm-up' | 'measure', otherwise: number): number =>
    values[option] === undefined ? otherwise : positive(option, values[option]) * 1_000;
  const options = Object.fromEntries(
    Object.entries(claim?.options ?? {}).map(([name, option]) => [name, values[name] ?? option.default]),
  );
  const decides = Object.keys(values).filter((name) => !['json', 'out'].includes(name));
  return {
    run: {
      quick,
      rounds: values.rounds === undefined ? (quick ? 1 : 3) : wholeNumber('rounds', values.rounds),
      warmUpMs: seconds('warm-up', quick ? QUICK_MS : usual.warmUpMs),
      measureMs: seconds('measure', quick ? QUICK_MS : usual.measureMs),
      options,
    },
    json: values.json === true,
    out: typeof values.out === 'string' ? values.out : undefined,
    help: values.help === true,
    whole: decides.length === 0,
  };
};

const parse = (
  options: Readonly<Record<string, ClaimOption>>,
  args: readonly string[],
): Record<string, string | boolean | undefined> => {
  try {
    const known = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
    return { ...parseArgs({ args: [...args], options: known }).values } as Record<string, string | boolean | undefined>;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

export const helpOf = (claims: readonly Claim[]): string =>
  `pnpm bench <claim> [options]

claims
${lines(claims.map(({ name, summary }) => [name, summary]))}
  ${'all'.padEnd(WIDTH)}each of them, one after another
  ${'readme'.padEnd(WIDTH)}make pages, charts and READMEs anew from the stored results

options
${optionLines(COMMON_OPTIONS)}

pnpm bench <claim> --help says which options that claim has besides. A run with defaults only is kept in bench/results
and shown in the READMEs; any other is written to bench/.data.
`;

export const helpOfClaim = ({ name, summary, options, times }: Claim): string =>
  `pnpm bench ${name} [options]

${summary}.

A whole run warms up for ${(times ?? USUAL).warmUpMs / 1_000} s and measures for ${(times ?? USUAL).measureMs / 1_000} s, each target in each round.

${Object.keys(options).length === 0 ? '' : `options of ${name}\n${optionLines(options)}\n\n`}options
${optionLines(COMMON_OPTIONS)}
`;

const WIDTH = 24;

const lines = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([left, right]) => `  ${left.padEnd(WIDTH)}${right}`).join('\n');

const optionLines = (options: Readonly<Record<string, ClaimOption>>): string =>
  lines(
    Object.entries(options).map(([name, { value, help, default: otherwise }]) => [
      `--${name}${value === undefined ? '' : ` ${value}`}`,
      otherwise === undefined ? help : `${help} (default ${otherwise})`,
    ]),
  );
