import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { svgOf } from './chart.ts';
import { pageOf } from './markdown.ts';
import type { Result } from './report.ts';

/** Whole runs, kept in the repository; the READMEs are made from them. */
export const RESULTS = fileURLToPath(new URL('../../../results/', import.meta.url));
/** Quick and partial runs, which must not take the place of a whole one. */
export const SCRATCH = fileURLToPath(new URL('../../../.data/', import.meta.url));

/** The files that are made from one result, by name. */
export const filesOf = (result: Result): Readonly<Record<string, string>> => ({
  [`${result.claim}.json`]: `${JSON.stringify(result, null, 2)}\n`,
  [`${result.claim}.md`]: pageOf(result),
  [`${result.claim}.svg`]: svgOf(result.summary, result.charts),
});

/** Writes JSON, Markdown and SVG into the folder. */
export const store = async (result: Result, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(filesOf(result))) await writeFile(`${folder}/${name}`, text);
};

/** What whole runs left, in the order of their names. */
export const storedResults = async (folder: string = RESULTS): Promise<Result[]> => {
  const names = await readdir(folder).catch(() => []);
  const texts = names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readFile(`${folder}/${name}`, 'utf8'));
  return (await Promise.all(texts)).map((text) => JSON.parse(text) as Result);
};

/** Makes page and chart of every whole run anew from its JSON. */
export const renderResults = async (): Promise<void> => {
  for (const result of await storedResults()) await store(result, RESULTS);
};
