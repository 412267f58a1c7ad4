import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type PartEvent, type Stack, startStack } from '@shop/stack';

/** A whole shop on free ports, with what happened to its parts. */
export interface Shop {
  readonly stack: Stack;
  readonly events: readonly PartEvent[];
}

/** Boots a shop for one file: call it at the top level. It is stopped and its data removed after the file's tests. */
export async function bootShop(): Promise<Shop> {
  const dataDir = await mkdtemp(join(tmpdir(), 'shop-e2e-'));
  const events: PartEvent[] = [];
  // One customer places all orders of a file; limits have tests of their own.
  process.env.RATE_LIMIT_ENABLED = 'false';
  const stack = await startStack({ dataDir, onEvent: (event) => void events.push(event) });
  after(async () => {
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  return { stack, events };
}

/** An empty directory for one file: call it at the top level. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'shop-e2e-'));
  after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
