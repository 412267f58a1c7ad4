import { parseArgs } from 'node:util';

/** What `start` was asked for. */
export type Mode = 'run' | 'demo' | 'json' | 'help';

/** @throws {TypeError} naming the option that is not known. */
export function readArguments(args: readonly string[]): Mode {
  const { values } = parseArgs({
    // `pnpm start -- --demo` hands the separator on.
    args: args.filter((argument) => argument !== '--'),
    options: {
      demo: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
    allowPositionals: false,
  });
  if (values.help) return 'help';
  if (values.demo && values.json) throw new TypeError('choose one of --demo and --json');
  if (values.demo) return 'demo';
  return values.json ? 'json' : 'run';
}
