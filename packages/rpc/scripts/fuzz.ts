import { parseArgs } from 'node:util';
import { seeded } from '../src/testing/seeded.ts';
import { fuzzParsers } from '../test/fuzz/parsers.ts';

// Feeds the parsers of both wires for as long as asked: node packages/rpc/scripts/fuzz.ts --seconds 60 --seed 7
const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
const seconds = Number(values.seconds ?? 10);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(seconds > 0) || !Number.isInteger(seed))
  throw new TypeError('--seconds takes a number over 0, --seed a whole one');

console.log(`seed ${seed}, ${seconds} s`);
const random = seeded(seed);
const startMs = performance.now();
let shownMs = startMs;
let inputs = 0;
for (let nowMs = startMs; nowMs < startMs + seconds * 1_000; nowMs = performance.now()) {
  const finding = fuzzParsers(random);
  if (finding !== undefined) {
    console.error(`seed ${seed}, input ${inputs}: ${finding.parser} failed on\n${finding.hex}`);
    console.error(finding.error);
    process.exit(1);
  }
  inputs += 1;
  if (nowMs - shownMs >= 2_000) {
    shownMs = nowMs;
    console.log(`${Math.round((nowMs - startMs) / 1_000)} s: ${inputs} inputs to each parser`);
  }
}
console.log(`${inputs} inputs to each parser, nothing found`);
