import { readFile, writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { figuresTable, ranOn, tableOf } from './markdown.ts';
import type { Result } from './report.ts';
import { storedResults } from './results.ts';

/** Pages that may hold `<!-- bench:NAME -->` … `<!-- /bench -->`; NAME is a claim, or `figures` for those of all claims. */
export const PAGES = ['README.md', 'README.ko.md', 'packages/rpc/README.md'] as const;

const repository = new URL('../../../../', import.meta.url);
const BLOCK = /(<!-- bench:([\w-]+) -->\n)[\s\S]*?(<!-- \/bench -->)/g;

/** The page with every block made anew from the results; one whose claim has none yet says how to get it. */
export const withBlocks = (page: string, text: string, results: readonly Result[]): string =>
  text.replace(BLOCK, (_, open: string, name: string, close: string) => {
    const shown = name === 'figures' ? results : results.filter(({ claim }) => claim === name);
    if (shown.length === 0) return `${open}\n${unmeasured(name)}\n\n${close}`;
    const folder = posix.relative(posix.dirname(page), 'bench/results');
    return `${open}${name === 'figures' ? figuresBlock(shown, folder) : shown.map((one) => claimBlock(one, folder)).join('')}${close}`;
  });

/** Writes the blocks of every page; answers the pages that changed. */
export const updatePages = async (): Promise<readonly string[]> => {
  const results = await storedResults();
  const changed: string[] = [];
  for (const page of PAGES) {
    const path = fileURLToPath(new URL(page, repository));
    const text = await readFile(path, 'utf8');
    const fresh = withBlocks(page, text, results);
    if (fresh === text) continue;
    await writeFile(path, fresh);
    changed.push(page);
  }
  return changed;
};

const unmeasured = (name: string): string =>
  `Not measured yet: \`npx -y pnpm@12 bench ${name === 'figures' ? 'all' : name}\`.`;

const claimBlock = (result: Result, folder: string): string =>
  [
    '',
    `![${result.claim}](${folder}/${result.claim}.svg)`,
    '',
    ...result.tables
      .filter(({ headline }) => headline)
      .flatMap((table) => [`**${table.title}**`, '', tableOf(table), '']),
    `${ranOn(result)} [All numbers and how they were taken](${folder}/${result.claim}.md).`,
    '',
    '',
  ].join('\n');

const figuresBlock = (results: readonly Result[], folder: string): string => {
  const [first] = results;
  if (first === undefined) return '';
  return [
    '',
    figuresTable(results.flatMap(({ figures }) => figures)),
    '',
    `${ranOn(first)} Numbers of ${results.map(({ claim }) => `[${claim}](${folder}/${claim}.md)`).join(', ')}.`,
    '',
    '',
  ].join('\n');
};
