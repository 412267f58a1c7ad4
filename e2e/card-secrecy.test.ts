import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startStack } from '@shop/stack';
import { api, orderWith } from './harness/api.ts';

/** Cards that reach the provider, one that is refused before, and one that the gateway refuses; told apart by their digits. */
const APPROVED = '9410771234567895';
const DECLINED = '4000000000000002';
const UNKNOWN_OUTCOME = '4000000000000119';
const NOT_SENT = '9410778765432103';
const MALFORMED = '9410771111222233334444';
const BIRTH = '8807316421';

test('card and identity numbers are in no log and no file of any store; the last four digits are', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'shop-e2e-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const stack = await startStack({ dataDir });
  t.after(() => stack.stop());
  const place = async (cardNumber: string, amount = 3000) =>
    (await api(stack).post('/order', orderWith({ cardNumber, birthOrRegistration: BIRTH, amount }))).status;
  assert.equal(await place(APPROVED), 201);
  assert.equal(await place(DECLINED), 402);
  assert.equal(await place(UNKNOWN_OUTCOME), 202);
  assert.equal(await place(NOT_SENT, 1), 422);
  assert.equal(await place(MALFORMED), 400);
  // Stopping writes every log, checkpoint and journal.
  await stack.stop();

  const files = await contents(dataDir);
  const withText = (text: string) => files.filter(({ bytes }) => bytes.includes(text)).map(({ path }) => path);
  // The needle is found where it may be, so the search itself works: in PostgreSQL, in the order file, in the ledger.
  const lastFour = withText(APPROVED.slice(-4));
  for (const store of ['postgres', 'mongo', 'sandbox'])
    assert.ok(
      lastFour.some((path) => path.startsWith(join(dataDir, store))),
      `the last four digits are not in ${store}`,
    );
  for (const secret of [APPROVED, DECLINED, UNKNOWN_OUTCOME, NOT_SENT, MALFORMED, BIRTH]) {
    assert.deepEqual(withText(secret), [], secret);
    assert.deepEqual(withText(secret.slice(0, -4)), [], `${secret} but its last four digits`);
    assert.deepEqual(withText(secret.replaceAll(/(.{4})(?=.)/g, '$1-')), [], `${secret} in groups`);
  }
});

async function contents(directory: string): Promise<{ readonly path: string; readonly bytes: Buffer }[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })));
}
