import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { generatedDocs } from '../../scripts/generated-docs.ts';
import { type OptionRow, optionTables } from '../../scripts/option-tables.ts';
import { resolveClientOptions } from '../../src/client/options.ts';
import { resolveServerOptions } from '../../src/server/options.ts';

const tables = optionTables();
const documents = generatedDocs();

test('every document that is made from the source is current', () => {
  for (const { url, text } of documents) {
    const message = `${fileURLToPath(url)} is not current: node packages/rpc/scripts/write-docs.ts`;
    assert.equal(readFileSync(url, 'utf8'), text, message);
  }
});

test('every name that is exported has a docstring', () => {
  const silent = documents
    .filter(({ url }) => url.pathname.includes('/docs/api/'))
    .flatMap(({ text }) => {
      const [exported = ''] = text.split('## Types that these mention');
      return [...exported.matchAll(/^### (\S+)\n\n```/gm)].map(([, name]) => name);
    });
  assert.deepEqual(silent, []);
});

test('every option says what it does, or what it is when left out', () => {
  const silent = Object.values(tables).flatMap((rows) => rows.filter(({ text, fallback }) => text + fallback === ''));
  assert.deepEqual(
    silent.map(({ name }) => name),
    [],
  );
});

test('a default that a docstring gives as a number is the one that holds', () => {
  const { retryBudget, wireLimits, connectionLimits, ...client } = resolveClientOptions({ target: 'tcp://a:1' });
  const limits = { ...wireLimits, ...connectionLimits };
  const checked = [
    ...differing(tables.client, { ...client, limits, retry: { ...client.retry, budget: retryBudget } }),
    ...differing(tables.server, resolveServerOptions({})),
  ];
  assert.deepEqual(checked, []);
});

const differing = (rows: readonly OptionRow[], resolved: object): string[] => {
  const numbers = rows.flatMap(({ name, fallback }) => {
    const documented = numberOf(fallback);
    return documented === undefined ? [] : [{ name, documented, actual: at(resolved, name) }];
  });
  assert.ok(numbers.length > 15, `only ${numbers.length} defaults were read`);
  // An option that is off by default has no value to compare with.
  return numbers
    .filter(({ documented, actual }) => actual !== undefined && actual !== documented)
    .map(({ name, documented, actual }) => `${name} is documented as ${documented} and is ${String(actual)}`);
};

/** `10 000`, `0.2, as Finagle`, `4 MiB`. */
const numberOf = (text: string): number | undefined => {
  const [, digits, unit] = /^(\d[\d ]*(?:\.\d+)?) ?(KiB|MiB)?(?:,|$)/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits.replaceAll(' ', '')) * (unit === 'MiB' ? 2 ** 20 : unit === 'KiB' ? 2 ** 10 : 1);
};

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
