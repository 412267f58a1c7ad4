import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preferredLanguage } from './language.ts';

const CASES: [string | undefined, string][] = [
  [undefined, 'en'],
  ['', 'en'],
  ['ko', 'ko'],
  ['KO-kr', 'ko'],
  ['en, ko', 'en'],
  ['ko, en', 'ko'],
  ['en;q=0.8, ko;q=0.9', 'ko'],
  ['ko;q=0.8, en;q=0.9', 'en'],
  ['ko;q=0.5, en;q=0.500', 'ko'],
  ['fr, ko;q=0.1', 'ko'],
  ['fr', 'en'],
  ['*', 'en'],
  ['en;q=0, *', 'ko'],
  ['ko;q=0', 'en'],
  ['ko;q=0, en;q=0', 'en'],
  ['*;q=0.1, ko;q=0.05', 'en'],
  ['ko ; q = 0.9 , en;q=0.3', 'ko'],
  ['ko;q=2', 'en'],
  ['ko;q=abc, en;q=0.1', 'en'],
  ['korean', 'en'],
  [';;;,,,', 'en'],
  [`${'fr,'.repeat(1_000)}ko`, 'en'],
];

for (const [header, language] of CASES) {
  test(`Accept-Language ${JSON.stringify(header?.slice(0, 40))} is answered in ${language}`, () => {
    assert.equal(preferredLanguage(header), language);
  });
}
