import { type Figure, verdictOf } from './figure.ts';
import { numberText } from './number-text.ts';
import type { Result } from './report.ts';
import type { Table } from './table.ts';

/** The page of a claim. */
export const pageOf = (result: Result): string =>
  [
    `# ${result.claim}`,
    '',
    `${result.summary}. ${ranOn(result)}`,
    '',
    `![${result.claim}](${result.claim}.svg)`,
    '',
    ...(result.figures.length === 0 ? [] : ['## Figures', '', figuresTable(result.figures), '']),
    ...result.tables.flatMap((table) => [`## ${table.title}`, '', tableOf(table), '']),
    ...(result.notes.length === 0 ? [] : ['## To judge it', '', ...result.notes.map((note) => `- ${note}`), '']),
  ].join('\n');

/** One line: how long, where and when. */
export const ranOn = ({ machine, rounds, warmUpMs, measureMs, quick }: Result): string =>
  [
    `Medians of ${rounds} round${rounds === 1 ? '' : 's'}`,
    `${warmUpMs / 1_000} s of warm-up and ${measureMs / 1_000} s measured`,
    `${machine.cpu}, ${machine.cores} cores${machine.pinned ? ', processes pinned' : ''}, ${machine.memoryGb} GB`,
    `${machine.system}`,
    `Node ${machine.node}`,
    machine.at.slice(0, 10),
  ].join('; ') + (quick ? '. **A quick run: it shows that it runs, not how fast.**' : '.');

const RATIO_DIGITS = 2;

/** Goals and what was measured, each with its verdict. */
export const figuresTable = (figures: readonly Figure[]): string =>
  markdownTable(
    ['figure', 'measured (min–max)', 'at least', 'aim', ''],
    figures.map((figure) => {
      const text = (value: number): string =>
        figure.unit === '%' ? `${numberText(value, 1)} %` : `${numberText(value, RATIO_DIGITS)}×`;
      const bound = figure.better === 'higher' ? '≥ ' : '≤ ';
      return [
        figure.what,
        `${text(figure.measured)} (${text(figure.min)}–${text(figure.max)})`,
        bound + text(figure.atLeast),
        bound + text(figure.aim),
        verdictOf(figure),
      ];
    }),
  );

export const tableOf = ({ columns, rows }: Table): string =>
  markdownTable(
    columns.map(({ title }) => title),
    rows.map((row) => columns.map(({ key, digits }) => cellText(row[key] ?? null, digits))),
    columns.map(({ key }) => rows.every((row) => typeof row[key] !== 'string')),
  );

const cellText = (cell: string | number | null, digits?: number): string =>
  cell === null ? '' : typeof cell === 'number' ? numberText(cell, digits) : cell;

const markdownTable = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly boolean[] = heads.map((_, index) => index > 0 && index < heads.length - 1),
): string =>
  [
    `| ${heads.join(' | ')} |`,
    `|${heads.map((_, index) => (right[index] === true ? '---:' : '---')).join('|')}|`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
