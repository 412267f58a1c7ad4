import { deepEqual, doesNotMatch, match } from 'node:assert/strict';
import { test } from 'node:test';
import { type Chart, svgOf } from './chart.ts';

const chart: Chart = {
  title: 'Calls <a second>',
  unit: 'calls/s',
  better: 'higher',
  bars: [
    { label: 'limit & more', value: 1_000, tone: 'limit' },
    { label: 'ours', value: 500, min: 250, max: 1_000, tone: 'ours' },
  ],
};

test('bars are as long as their values', () => {
  const widths = [...svgOf('Speed & more', [chart]).matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  deepEqual(widths, [460, 230]);
});

test('whoever cannot see it hears its title and its numbers', () => {
  const svg = svgOf('Speed & more', [chart]);
  match(svg, /^<svg [^>]*aria-labelledby="title desc">\n<title id="title">Speed &amp; more<\/title>/);
  match(
    svg,
    /<desc id="desc">Calls &lt;a second&gt; \(calls\/s, higher is better\): limit &amp; more 1,000; ours 500\.<\/desc>/,
  );
});

test('a long label moves the bars, and is not cut', () => {
  const label = 'what has a name of forty letters or so...';
  const svg = svgOf('Speed', [{ ...chart, bars: [{ label, value: 1, tone: 'ours' }] }]);
  match(
    svg,
    new RegExp(`<rect class="ours" x="${label.length * 7 + 16}" y="44" width="${760 - 110 - label.length * 7 - 16}"`),
  );
});

test('a whisker says how far the rounds were apart, and is left out where there was one', () => {
  match(svgOf('Speed & more', [chart]), /class="whisker" d="M305 75H650/);
  const single = { ...chart, bars: chart.bars.slice(0, 1) };
  doesNotMatch(svgOf('Speed & more', [single]), /class="whisker"/);
});

test('names cannot break the markup', () => {
  match(svgOf('Speed & more', [chart]), /Calls &lt;a second&gt;[\s\S]*limit &amp; more/);
});

test('it is readable on a dark page too', () => {
  match(svgOf('Speed & more', [chart]), /prefers-color-scheme:dark/);
});

test('a chart of zeros is drawn, not divided by', () => {
  doesNotMatch(
    svgOf('Speed & more', [{ ...chart, bars: [{ label: 'none', value: 0, tone: 'ours' }] }]),
    /NaN|Infinity/,
  );
});
