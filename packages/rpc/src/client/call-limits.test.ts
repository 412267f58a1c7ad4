import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonLimits } from './call-limits.ts';

const own = { maxHeaderBytes: 100, maxHeaders: 10, maxCmdBytes: 50, maxBoundCmds: 5 };
const hello = { versions: [1], name: 'old', features: [], maxFrameBytes: 1 };

test('of each limit the smaller holds, and a peer that tells none leaves ours', () => {
  assert.deepEqual(commonLimits(own, hello), own);
  assert.deepEqual(commonLimits(own, { ...hello, maxHeaders: 3, maxCmdBytes: 60 }), { ...own, maxHeaders: 3 });
});
