import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { tryLock } from '../src/data-dir/lock.ts';
import { keptSecrets } from '../src/data-dir/secrets.ts';

async function temporary(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'data-dir-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test('a lock is held once, and is free again when its holder is killed', async (t) => {
  const path = join(await temporary(t), 'lock');
  const lock = new URL('../src/data-dir/lock.ts', import.meta.url).href;
  const script = `import { tryLock } from ${JSON.stringify(lock)};
    globalThis.held = tryLock(${JSON.stringify(path)}); console.log(held !== undefined); setInterval(() => {}, 1000);`;
  const holder = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  t.after(() => void holder.kill('SIGKILL'));
  const [held] = await once(createInterface(holder.stdout), 'line');
  assert.equal(held, 'true');
  assert.equal(tryLock(path), undefined);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const mine = tryLock(path);
  assert.ok(mine);
  mine.release();
});

test('secrets are made once, for their owner only, and every one is different', async (t) => {
  const path = join(await temporary(t), 'secrets.json');
  const made = await keptSecrets(path);
  assert.deepEqual(await keptSecrets(path), made);
  assert.equal((await stat(path)).mode & 0o077, 0);
  assert.equal(new Set(Object.values(made)).size, Object.keys(made).length);
});

test('damaged secrets are named and kept: new ones would lock the owner out', async (t) => {
  const path = join(await temporary(t), 'secrets.json');
  await writeFile(path, '{"accessToken":');
  await assert.rejects(keptSecrets(path), /secrets\.json is damaged/);
  assert.equal(await readFile(path, 'utf8'), '{"accessToken":');
});
