import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { documentUrl, withTables } from './errors-doc.ts';

test('docs/errors.md is current; if not, run node packages/rpc/scripts/errors-doc.ts', () => {
  const document = readFileSync(documentUrl, 'utf8');
  assert.equal(document, withTables(document));
});
