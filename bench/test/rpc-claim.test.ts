import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Sample } from '../src/calls/sample.ts';
import type { Result } from '../src/lib/report/report.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const bench = (...args: string[]) => promisify(execFile)(process.execPath, [main, ...args]);

test('a short run of rpc measures every target asked for and leaves JSON, page and chart', async (t) => {
  const out = await mkdtemp(join(tmpdir(), 'bench-'));
  t.after(() => rm(out, { recursive: true }));
  const targets = ['limit-raw', 'limit-msgpackr-records', 'cmdrpc'];
  const times = ['--quick', '--warm-up', '0.1', '--measure', '0.1'];
  const loads = ['--workload', 'products', '--in-flight', '4', '--rate', '100'];
  const { stdout } = await bench('rpc', ...times, ...loads, '--only', targets.join(','), '--json', '--out', out);

  const result = JSON.parse(stdout) as Result;
  equal(result.quick, true);
  const samples = result.samples as Sample[];
  deepEqual([...new Set(samples.map(({ target }) => target))], targets);
  for (const { target, calls, cpuUs, serverCpuUs, p50Ms } of samples) {
    ok(calls > 0 && cpuUs > 0 && serverCpuUs >= 0 && p50Ms > 0, `${target} was not measured`);
  }
  equal(samples.find(({ ratePerSecond }) => ratePerSecond === 100)?.calls, 10);
  deepEqual(JSON.parse(await readFile(join(out, 'rpc.json'), 'utf8')), result);
  match(await readFile(join(out, 'rpc.md'), 'utf8'), /## products, 4 in flight[\s\S]*\| cmdrpc \|/);
  match(await readFile(join(out, 'rpc.svg'), 'utf8'), /^<svg /);
});

test('a wrong option ends with 2 and its name', async () => {
  const failed = await bench('rpc', '--only', 'carrier-pigeon').catch((error: unknown) => error);
  const { code, stderr } = failed as { readonly code: number; readonly stderr: string };
  equal(code, 2);
  match(stderr, /--only knows .*, not carrier-pigeon/);
});
