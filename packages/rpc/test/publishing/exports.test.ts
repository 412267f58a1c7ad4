import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Manifest {
  readonly exports: Readonly<Record<string, string>>;
  readonly publishConfig: { readonly exports: Readonly<Record<string, unknown>> };
}

test('the published package has every entry of the workspace, built', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { exports, publishConfig } = JSON.parse(text) as Manifest;
  const built = (source: string, extension: string): string =>
    source.replace('./src/', './dist/').replace(/\.ts$/, extension);
  const expected = Object.entries(exports).map(([entry, source]) => [
    entry,
    source.endsWith('.ts') ? { types: built(source, '.d.ts'), default: built(source, '.js') } : source,
  ]);
  assert.deepEqual(publishConfig.exports, Object.fromEntries(expected));
});
