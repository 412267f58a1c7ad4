import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';

const MAIN = fileURLToPath(new URL('../src/testing/main.ts', import.meta.url));
// Starts the cluster as a grandchild, so that its starter can be killed without warning.
const STARTER = `
  const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(MAIN)}], { stdio: ['pipe', 'inherit', 'ignore'] });
  child.on('exit', () => process.exit());
`;

test('the shared cluster is gone once its starter was killed', async (t) => {
  const starter = spawn(process.execPath, ['-e', STARTER], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => starter.kill('SIGKILL'));
  const [line] = await once(createInterface(starter.stdout), 'line');
  const { ready, url } = JSON.parse(line);
  assert.equal(ready, true);
  const [row] = await query(url);
  assert.equal(row?.one, 1);
  starter.kill('SIGKILL');
  for (let tries = 0; await answers(url); tries++) {
    assert.ok(tries < 200, 'the cluster is still there after 10 s');
    await delay(50);
  }
});

async function query(url: string) {
  const sql = postgres(url, { max: 1, connect_timeout: 2 });
  try {
    return await sql`select 1 as one`;
  } finally {
    await sql.end();
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await query(url);
    return true;
  } catch {
    return false;
  }
}
