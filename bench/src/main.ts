import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine } from './lib/machine.ts';
import { markdownOf, rowsOf } from './rpc/report.ts';
import { TARGETS } from './rpc/targets/index.ts';
import { throughput } from './rpc/throughput.ts';

const HELP = `pnpm bench <claim> [options]

claims
  rpc        calls a second and latency against limits and rivals

options
  --quick            shorter warm-up and one round: to see that it runs, not to decide
  --rounds N         rounds, targets taking turns in each (default 3)
  --in-flight N,N    calls under way at a time (default 1,64,256)
  --only NAME,NAME   targets: ${TARGETS.map(({ name }) => name).join(', ')}
  --json             print the results as JSON instead of Markdown
  --help             this text
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    'in-flight': { type: 'string', default: '1,64,256' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const fail = (text: string): never => {
  process.stderr.write(`${text}\n\n${HELP}`);
  process.exit(2);
};

if (values.help) process.stdout.write(HELP);
else if (positionals[0] !== 'rpc' || positionals.length > 1)
  fail(`no claim named ${positionals.join(' ') || '(none)'}`);
else {
  const only = values.only?.split(',') ?? [];
  const unknown = only.find((name) => TARGETS.every((target) => target.name !== name));
  if (unknown !== undefined) fail(`no target named ${unknown}`);
  const inFlight = values['in-flight'].split(',').map(Number);
  if (inFlight.some((count) => !(count >= 1))) fail(`--in-flight must be whole numbers, not ${values['in-flight']}`);
  const rows = rowsOf(
    await throughput({
      inFlight,
      only,
      rounds: Number(values.rounds ?? (values.quick ? 1 : 3)),
      warmUpMs: values.quick ? 1_500 : 5_000,
      measureMs: values.quick ? 1_500 : 3_000,
    }),
  );
  const result = { machine: machine(), quick: values.quick, rows };
  const folder = fileURLToPath(new URL('../results/', import.meta.url));
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}rpc.json`, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : markdownOf(rows));
}
