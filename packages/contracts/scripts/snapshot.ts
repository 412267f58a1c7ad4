// Writes snapshots/*.json: what the services have agreed on. `--accept-breaking` is for a change that every service
// that knows the contract is deployed together with.
import { mkdirSync, writeFileSync } from 'node:fs';
import { guardedContracts, lineOf } from './snapshots.ts';

const acceptBreaking = process.argv.includes('--accept-breaking');
mkdirSync(new URL('../snapshots/', import.meta.url), { recursive: true });
for (const { name, file, now, agreed, changes } of guardedContracts()) {
  for (const change of changes) console.log(`${name}: ${lineOf(change)}`);
  if (!acceptBreaking && changes.some(({ level }) => level === 'breaking')) {
    console.error(`${name}: not written, for it would break callers; add --accept-breaking if that is meant`);
    process.exitCode = 1;
    continue;
  }
  const text = `${JSON.stringify(now, undefined, 2)}\n`;
  if (agreed !== undefined && text === `${JSON.stringify(agreed, undefined, 2)}\n`) continue;
  writeFileSync(file, text);
  console.log(`${name}: written`);
}
