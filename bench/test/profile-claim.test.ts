import { equal, match, ok } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Result } from '../src/lib/report/report.ts';
import type { ProfileSample } from '../src/profile/sample.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const repository = fileURLToPath(new URL('../../', import.meta.url));

test('a short profile says of both sides where their CPU went, and names no path of this machine', async (t) => {
  const out = await mkdtemp(join(tmpdir(), 'bench-'));
  t.after(() => rm(out, { recursive: true }));
  const times = ['--quick', '--warm-up', '0.2', '--measure', '0.2'];
  const scene = ['--workload', 'products', '--in-flight', '8'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...[main, 'profile', ...times, ...scene, '--json', '--out', out],
  ]);

  const result = JSON.parse(stdout) as Result;
  const samples = result.samples as ProfileSample[];
  for (const side of ['server', 'client'] as const) {
    const own = samples.find((one) => one.side === side);
    ok(own !== undefined && own.cpuUs > 0 && own.profiledCpuUs > 0, `${side} was not measured`);
    ok((own.shares[`${side}: calls and ${side === 'server' ? 'dispatch' : 'policies'}`] ?? 0) > 0);
    ok((own.shares['socket writes (kernel)'] ?? 0) > 0);
    const whole = Object.values(own.shares).reduce((sum, share) => sum + share, 0);
    ok(Math.abs(whole - 1) < 1e-9, `the shares of the ${side} make ${whole}`);
  }
  equal(result.tables.length, 3);
  const page = await readFile(join(out, 'profile.md'), 'utf8');
  match(page, /## cmdrpc, products, 8 in flight: hottest functions of the server[\s\S]*packages\/rpc\/src\/\S+:\d+ \|/);
  equal(page.includes('file://') || stdout.includes(repository), false);
});
