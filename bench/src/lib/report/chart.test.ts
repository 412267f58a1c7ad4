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
  const widths = [...svgOf([chart]).matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width));
  deepEqual(widths, [460, 230]);
});

test('a whisker says how far the rounds were apart, and is left out where there was one', () => {
  match(svgOf([chart]), /class="whisker" d="M305 75H650/);
  const single = { ...chart, bars: chart.bars.slice(0, 1) };
  doesNotMatch(svgOf([single]), /class="whisker"/);
});

test('names cannot break the markup', () => {
  match(svgOf([chart]), /Calls &lt;a second&gt;[\s\S]*limit &amp; more/);
});

test('it is readable on a dark page too', () => {
  match(svgOf([chart]), /prefers-color-scheme:dark/);
});

test('a chart of zeros is drawn, not divided by', () => {
  doesNotMatch(svgOf([{ ...chart, bars: [{ label: 'none', value: 0, tone: 'ours' }] }]), /NaN|Infinity/);
});
