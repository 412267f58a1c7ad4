import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';
import { test } from 'node:test';
import { PROBLEMS } from './problem-catalogue.ts';

for (const [code, { status, title, detail }] of Object.entries(PROBLEMS)) {
  test(`${code} has a status and says what it means in both languages`, () => {
    assert.match(code, /^[a-z]+(_[a-z]+)*$/);
    assert.ok(status >= 400 && status in STATUS_CODES);
    for (const { en, ko } of [title, detail]) {
      assert.match(en, /^[A-Z][\x20-\x7e]+$|^payment\.amount/);
      assert.match(ko, /[가-힣]/);
    }
  });
}
