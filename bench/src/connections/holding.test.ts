import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { inBatches } from './holding.ts';

test('as many are opened as were asked for, and not all at once', async () => {
  let opened = 0;
  let opening = 0;
  let most = 0;
  const held = await inBatches(150, async () => {
    opening += 1;
    most = Math.max(most, opening);
    await new Promise(setImmediate);
    opening -= 1;
    opened += 1;
    return opened;
  });
  deepEqual({ held: held.length, most }, { held: 150, most: 64 });
});
