import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The server as the process `main.ts`, with what it printed. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly uri: string;
  readonly port: number;
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Starts `main.ts`; its standard error is collected by `stderr`. */
export function spawnMain(env: Readonly<Record<string, string>>): ChildProcess & { readonly errors: string[] } {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  return Object.assign(child, { errors });
}

/** Starts `main.ts` and waits for its ready line. */
export async function startProcess(path: string, port = 0): Promise<ServerProcess> {
  const child = spawnMain({ MONGO_PORT: String(port), EMBEDDED_MONGO_PATH: path });
  if (child.stdout === null) throw new Error('no standard output');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(() => [child.errors.join('')]),
  ])) as [string];
  const ready = JSON.parse(line) as { ready?: boolean; uri: string; port: number };
  if (ready.ready !== true) throw new Error(`the server did not start: ${line}`);
  return { child, uri: ready.uri, port: ready.port };
}

/** Sends a signal and answers the exit code. */
export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}
