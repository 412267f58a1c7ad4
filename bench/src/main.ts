import { CLAIMS } from './claims.ts';
import type { Claim } from './lib/claim.ts';
import { type Command, helpOf, helpOfClaim, readCommand } from './lib/command-line.ts';
import { UsageError } from './lib/options.ts';
import { machine } from './lib/report/machine.ts';
import { pageOf } from './lib/report/markdown.ts';
import { updatePages } from './lib/report/readme.ts';
import type { Result } from './lib/report/report.ts';
import { RESULTS, renderResults, SCRATCH, store } from './lib/report/results.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const measure = async (claim: Claim, command: Command): Promise<void> => {
  const { options, ...times } = command.run;
  const stamp = machine();
  const report = await claim.run(command.run);
  const result: Result = { claim: claim.name, summary: claim.summary, ...times, options, machine: stamp, ...report };
  const folder = command.out ?? (command.whole ? RESULTS : SCRATCH);
  await store(result, folder);
  process.stdout.write(command.json ? `${JSON.stringify(result)}\n` : pageOf(result));
  say(`written to ${folder}: ${claim.name}.json, ${claim.name}.md, ${claim.name}.svg`);
};

const updateReadmes = async (): Promise<void> => {
  await renderResults();
  const changed = await updatePages();
  say(changed.length === 0 ? 'the READMEs say what the results say' : `written into ${changed.join(', ')}`);
};

const main = async (words: readonly string[]): Promise<void> => {
  const [name, ...args] = words.filter((word) => word !== '--');
  if (name === undefined || name === '--help' || name === 'help') {
    process.stdout.write(helpOf(CLAIMS));
    if (name === undefined) process.exitCode = 2;
    return;
  }
  if (name === 'readme') return updateReadmes();
  const claim = CLAIMS.find((one) => one.name === name);
  if (claim === undefined && name !== 'all') {
    throw new UsageError(`no claim named ${name}; there are ${CLAIMS.map((one) => one.name).join(', ')}`);
  }
  const { help, whole, out } = readCommand(claim, args);
  if (help) process.stdout.write(claim === undefined ? helpOf(CLAIMS) : helpOfClaim(claim));
  else {
    for (const one of claim === undefined ? CLAIMS : [claim]) await measure(one, readCommand(one, args));
    if (whole && out === undefined) await updateReadmes();
  }
};

main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  say(`${error.message}\npnpm bench --help says how it is used`);
  process.exitCode = 2;
});
