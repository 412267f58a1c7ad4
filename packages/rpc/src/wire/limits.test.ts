import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCeilings, DEFAULT_WIRE_LIMITS, FRAME_BYTES_CEILING } from './limits.ts';

test('a limit beyond what the length fields can say is refused by name', () => {
  assert.doesNotThrow(() => checkCeilings(DEFAULT_WIRE_LIMITS));
  assert.doesNotThrow(() => checkCeilings({ ...DEFAULT_WIRE_LIMITS, maxFrameBytes: FRAME_BYTES_CEILING }));
  for (const limit of [
    { maxFrameBytes: FRAME_BYTES_CEILING + 1 },
    { maxHeaderBytes: 65_536 },
    { maxCmdBytes: 65_536 },
    { maxBoundCmds: 65_536 },
  ]) {
    const [name] = Object.keys(limit);
    assert.throws(() => checkCeilings({ ...DEFAULT_WIRE_LIMITS, ...limit }), new RegExp(`limits.${name}`));
  }
});
