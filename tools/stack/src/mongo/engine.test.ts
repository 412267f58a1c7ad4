import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { chooseEngine } from './engine.ts';

async function home(t: TestContext): Promise<{ directory: string; bin: string }> {
  const root = await mkdtemp(join(tmpdir(), 'engine-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  const bin = join(root, 'bin');
  const directory = join(root, 'mongo');
  await mkdir(bin);
  await mkdir(directory);
  return { directory, bin };
}

async function installMongod(bin: string): Promise<string> {
  const binary = join(bin, 'mongod');
  await writeFile(binary, '#!/bin/sh\n');
  await chmod(binary, 0o755);
  return binary;
}

test('MONGO_URI comes before everything', async (t) => {
  const { directory, bin } = await home(t);
  await installMongod(bin);
  const uri = 'mongodb://db:27017/order';
  assert.deepEqual(await chooseEngine({ uri, directory, path: bin }), { kind: 'uri', uri });
});

test('a mongod on PATH comes before the embedded document server', async (t) => {
  const { directory, bin } = await home(t);
  const binary = await installMongod(bin);
  const engine = await chooseEngine({ uri: undefined, directory, path: `/nowhere:${bin}` });
  assert.deepEqual(engine, { kind: 'mongod', binary, directory: join(directory, 'mongod') });
});

test('orders that the embedded server keeps stay with it when a mongod appears', async (t) => {
  const { directory, bin } = await home(t);
  await installMongod(bin);
  await writeFile(join(directory, 'embedded.sqlite'), '');
  assert.equal((await chooseEngine({ uri: undefined, directory, path: bin })).kind, 'embedded');
});
