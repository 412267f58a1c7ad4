import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { paymentContract } from '@shop/contracts';
import { createClient } from 'cmdrpc';
import { SECRET_KEY } from './sandbox.ts';
import type { PaymentClient } from './service.ts';

export interface PaymentProcess {
  readonly child: ChildProcess;
  readonly ready: Record<string, unknown>;
  readonly payment: PaymentClient;
  /** Everything it has written to stderr. */
  stderr(): string;
  /** Ends it by this signal; resolves to its exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts payment processes with one environment, and kills those that are left over. */
export function processes(shared: () => Record<string, string>) {
  const children = new Set<ChildProcess>();
  const clients = new Set<PaymentClient>();

  const spawnMain = (env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
      env: {
        HOST: '127.0.0.1',
        TCP_PORT: '0',
        ORDER_HOST: '127.0.0.1',
        ORDER_TCP_PORT: '9',
        TOSS_SECRET_KEY: SECRET_KEY,
        ...shared(),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const exited = once(child, 'exit').then(([code]) => {
      children.delete(child);
      return code as number | null;
    });
    return { child, exited, stderr: () => stderr };
  };

  const start = async (env: Record<string, string> = {}): Promise<PaymentProcess> => {
    const { child, exited, stderr } = spawnMain(env);
    const lines = createInterface(child.stdout as NodeJS.ReadableStream);
    const line = await Promise.race([
      once(lines, 'line').then(([text]) => String(text)),
      exited.then((code) => {
        throw new Error(`payment exited with ${code}: ${stderr()}`);
      }),
    ]);
    const ready = JSON.parse(line) as Record<string, unknown>;
    const payment = createClient(paymentContract, {
      target: `tcp://127.0.0.1:${ready.port}`,
      name: 'test',
      retry: { maxAttempts: 1 },
    });
    clients.add(payment);
    return {
      child,
      ready,
      payment,
      stderr,
      async stop(signal) {
        child.kill(signal);
        const code = await exited;
        clients.delete(payment);
        await payment.$.close();
        return code;
      },
    };
  };

  return {
    spawnMain,
    start,
    killAll: async () => {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all([...clients].map((client) => client.$.close()));
      clients.clear();
    },
  };
}
