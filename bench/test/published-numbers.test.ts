import { equal } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { CLAIMS } from '../src/claims.ts';
import { PAGES, withBlocks } from '../src/lib/report/readme.ts';
import { filesOf, RESULTS, storedResults } from '../src/lib/report/results.ts';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the READMEs say what bench/results says; `pnpm bench readme` writes it', async () => {
  const results = await storedResults();
  for (const page of PAGES) {
    const text = await read(page);
    equal(text, withBlocks(page, text, results), `${page} and bench/results differ`);
  }
});

test('the page and the chart of a claim are made from its JSON', async () => {
  for (const result of await storedResults()) {
    for (const [name, text] of Object.entries(filesOf(result))) {
      equal(await readFile(`${RESULTS}${name}`, 'utf8'), text, `bench/results/${name} is not made from its JSON`);
    }
  }
});

test('what is kept is a whole run of a claim there is', async () => {
  const names = CLAIMS.map(({ name }) => name);
  for (const { claim, quick } of await storedResults()) {
    equal(names.includes(claim), true, `bench/results/${claim}.json belongs to no claim`);
    equal(quick, false, `bench/results/${claim}.json is of a quick run`);
  }
});
