import { readFileSync } from 'node:fs';
import { apiReference } from './api-reference.ts';
import { codeTable } from './code-table.ts';
import { markdownTable, optionTables, type TableName } from './option-tables.ts';

export interface GeneratedDoc {
  readonly url: URL;
  readonly text: string;
}

const packageRoot = new URL('..', import.meta.url);
const docsRoot = new URL('../../docs/', packageRoot);

/** Every document that is wholly or partly made from the source, as it should be. */
export const generatedDocs = (): readonly GeneratedDoc[] => {
  const tables = optionTables();
  const parts: Record<string, string> = { codes: codeTable() };
  for (const name of Object.keys(tables) as TableName[]) parts[`options ${name}`] = markdownTable(tables[name]);
  const readme = new URL('README.md', packageRoot);
  const pages = [...apiReference()].map(([file, text]) => ({ url: new URL(`api/${file}`, docsRoot), text }));
  return [{ url: readme, text: fill(readFileSync(readme, 'utf8'), parts) }, ...pages];
};

/** Replaces what stands between `<!-- generated: name -->` and `<!-- end -->`. */
const fill = (text: string, parts: Readonly<Record<string, string>>): string =>
  text.replaceAll(/(<!-- generated: ([\w ]+) -->\n)[\s\S]*?(<!-- end -->)/g, (_whole, start: string, name, end) => {
    const part = parts[String(name)];
    if (part === undefined) throw new Error(`nothing is generated under the name ${name}`);
    return `${start}\n${part}\n\n${end}`;
  });
