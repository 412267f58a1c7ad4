import { HELP, readArguments } from './arguments.ts';
import { runGroup } from './group.ts';
import { describe } from './invariants/finding.ts';
import { createProgress } from './progress.ts';
import { createTotals, seedLine } from './report.ts';

try {
  const wanted = readArguments(process.argv.slice(2), Math.random);
  if (wanted.mode === 'help') process.stdout.write(HELP);
  else process.exitCode = await run(wanted);
} catch (cause) {
  if (!(cause instanceof TypeError)) throw cause;
  process.stderr.write(`faults: ${cause.message}; --help tells more\n`);
  process.exitCode = 1;
}

async function run({ seeds, bootEvery, keepsData }: Extract<ReturnType<typeof readArguments>, { mode: 'run' }>) {
  const totals = createTotals();
  const progress = createProgress(seeds.length);
  progress.line(`seeds ${seeds[0]} to ${seeds.at(-1)}; one again: npx -y pnpm@12 faults --seed <seed>`);
  for (let next = 0; next < seeds.length; ) {
    progress.show('booting a shop');
    const group = await runGroup({
      seeds: seeds.slice(next, next + bootEvery),
      keepsData,
      onSeed: (result) => progress.done(seedLine(result), result.findings.length > 0),
    });
    totals.add(group);
    next += group.results.length;
    for (const finding of group.findings) progress.line(`  ${describe(finding)}`);
    if (keepsData && totals.findings.length > 0) progress.line(`  kept: ${group.dataDir}`);
  }
  progress.end();
  process.stdout.write(`${totals.summary()}\n`);
  return totals.findings.length === 0 ? 0 : 1;
}
