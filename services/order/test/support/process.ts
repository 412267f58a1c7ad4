import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after } from 'node:test';

const main = new URL('../../src/main.ts', import.meta.url).pathname;

/** A process of the service. It is killed when the tests are done. */
export const run = (env: Record<string, string>) => runFile(main, env);

/** The same of any file. */
export const runFile = (file: string, env: Record<string, string>) => {
  const child = spawn(process.execPath, [file], { env: { PATH: process.env.PATH, ...env }, stdio: 'pipe' });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  after(() => child.kill('SIGKILL'));
  return { child, output, exit: once(child, 'exit') };
};

interface Ready {
  readonly port: number;
  readonly httpPort: number;
  readonly tcpPort: number;
}

export const readyLine = async (
  child: ChildProcess,
  output: { readonly stdout: string; readonly stderr: string },
): Promise<Ready> => {
  while (!output.stdout.includes('\n')) {
    if (child.exitCode !== null) throw new Error(`process ended: ${output.stderr}`);
    if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  }
  // The line is the service's own.
  return JSON.parse(output.stdout) as Ready;
};

/** Resolves when `condition` holds; whoever waits for ever is ended by the test's own timeout. */
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((next) => setImmediate(next));
};
