import { numberText } from './number-text.ts';

/** One bar, with a whisker from `min` to `max` where there were several rounds. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  /** What it is: `limit` is what the platform can do, `ours` is the library, `rival` what users would take instead. */
  readonly tone: 'limit' | 'ours' | 'rival';
}

/** Horizontal bars from zero, in the order given. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** Decimals of the numbers at the bars. Default 0. */
  readonly digits?: number;
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
/** Room for labels at least, and for a letter of the widest of the fonts below. */
const LABELS = 190;
const LETTER = 7;
const NUMBERS = 110;
const ROW = 24;
const BAR = 14;
const HEAD = 44;
const GAP = 8;

/** Both schemes in one file: an image in a README cannot know which one its reader has. */
const STYLE = `
text{font:12px ui-sans-serif,system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}
.title{font-size:14px;font-weight:600}.dim{fill:#59636e}.value{font-variant-numeric:tabular-nums}
.limit{fill:#9aa4af}.ours{fill:#1a7f64}.rival{fill:#4f6bd8}.whisker{stroke:#1f2328;stroke-width:1.5;opacity:.6}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#9198a1}.limit{fill:#59636e}.ours{fill:#3fb68b}.rival{fill:#7f95f0}.whisker{stroke:#e6edf3}}
`.replaceAll('\n', '');

/**
 * The charts below one another as one SVG, readable on a light and on a dark page.
 * @param title what the picture is called where it cannot be seen; its numbers are said after it.
 */
export const svgOf = (title: string, charts: readonly Chart[]): string => {
  const longest = Math.max(0, ...charts.flatMap(({ bars }) => bars.map(({ label }) => label.length)));
  const left = Math.max(LABELS, longest * LETTER + 2 * GAP);
  const drawn: string[] = [];
  let top = GAP;
  for (const chart of charts) {
    drawn.push(`<g transform="translate(0 ${top})">${draw(chart, left)}</g>`);
    top += HEAD + chart.bars.length * ROW + 2 * GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(charts.map(said).join(' '))}</desc>`,
    `<style>${STYLE}</style>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
};

/** What a chart shows, in words. */
const said = ({ title, unit, better, digits = 0, bars }: Chart): string =>
  `${title} (${unit}, ${better} is better): ${bars.map(({ label, value }) => `${label} ${numberText(value, digits)}`).join('; ')}.`;

const draw = ({ title, unit, better, digits = 0, bars }: Chart, left: number): string => {
  const most = Math.max(...bars.map(({ value, max }) => Math.max(value, max ?? 0)), Number.MIN_VALUE);
  const scale = (value: number): number => Math.round((value / most) * (WIDTH - left - NUMBERS) * 10) / 10;
  const rows = bars.map((bar, index) => {
    const y = HEAD + index * ROW;
    const middle = y + BAR / 2;
    const end = left + scale(Math.max(bar.value, bar.max ?? 0));
    return [
      `<text x="${left - 10}" y="${middle + 4}" text-anchor="end">${escaped(bar.label)}</text>`,
      `<rect class="${bar.tone}" x="${left}" y="${y}" width="${Math.max(1, scale(bar.value))}" height="${BAR}" rx="2"/>`,
      whisker(bar, (value) => left + scale(value), middle),
      `<text class="value" x="${end + GAP}" y="${middle + 4}">${numberText(bar.value, digits)}</text>`,
    ].join('');
  });
  return [
    `<text class="title" x="${GAP}" y="16">${escaped(title)}</text>`,
    `<text class="dim" x="${GAP}" y="33">${escaped(unit)}, ${better} is better</text>`,
    ...rows,
  ].join('');
};

const whisker = ({ min, max }: Bar, xOf: (value: number) => number, middle: number): string =>
  min === undefined || max === undefined || min === max
    ? ''
    : `<path class="whisker" d="M${xOf(min)} ${middle}H${xOf(max)}M${xOf(min)} ${middle - 4}v8M${xOf(max)} ${middle - 4}v8"/>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
