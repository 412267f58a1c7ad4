import { equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import { withBlocks } from './readme.ts';
import type { Result } from './report.ts';

const result: Result = {
  claim: 'rpc',
  summary: 'Calls a second',
  quick: false,
  rounds: 3,
  warmUpMs: 5_000,
  measureMs: 3_000,
  options: {},
  machine: { cpu: 'abacus', cores: 2, memoryGb: 1, system: 'Linux', node: 'v24', pinned: true, at: '2026-01-02T03:04' },
  figures: [{ what: 'speed', unit: '×', better: 'higher', atLeast: 2, aim: 3, measured: 2.5, min: 2, max: 3 }],
  tables: [
    { title: 'Shown', headline: true, columns: [{ key: 'target', title: 'target' }], rows: [{ target: 'cmdrpc' }] },
    { title: 'Hidden', columns: [{ key: 'target', title: 'target' }], rows: [] },
  ],
  charts: [],
  notes: [],
  samples: [],
};
const page = 'before\n<!-- bench:rpc -->\nold\n<!-- /bench -->\nafter\n';

test('a block is replaced by headline tables, chart and machine, and nothing around it moves', () => {
  const text = withBlocks('README.md', page, [result]);
  match(text, /^before\n<!-- bench:rpc -->\n\n!\[rpc\]\(bench\/results\/rpc\.svg\)/);
  match(text, /\*\*Shown\*\*\n\n\| target \|\n\|---\|\n\| cmdrpc \|/);
  equal(text.includes('Hidden') || text.includes('old'), false);
  match(text, /abacus, 2 cores, processes pinned[\s\S]*<!-- \/bench -->\nafter\n$/);
  equal(withBlocks('README.md', text, [result]), text);
});

test('links are relative to the page', () => {
  match(withBlocks('packages/rpc/README.md', page, [result]), /\(\.\.\/\.\.\/bench\/results\/rpc\.md\)/);
});

test('the block `figures` holds those of every claim, with their verdicts', () => {
  const text = withBlocks('README.md', page.replace('bench:rpc', 'bench:figures'), [result]);
  match(text, /\| speed \| 2\.50× \(2\.00×–3\.00×\) \| ≥ 2\.00× \| ≥ 3\.00× \| at least \|/);
});

test('a block without a result says how to get one, and no number', () => {
  match(withBlocks('README.md', page, []), /Not measured yet: `npx -y pnpm@12 bench rpc`/);
});
