import { createApp, type SandboxLogger } from './app.ts';
import { openDatabase } from './database.ts';
import { createProvider } from './provider.ts';
import { Webhooks } from './webhooks.ts';

const CLOSE_DEADLINE_MS = 3_000;
const SLOW_ANSWER_MS = 30_000;

/** Where a sandbox listens, what it keeps and what it expects. */
export interface SandboxOptions {
  /** TCP port; 0 picks a free one. */
  readonly port: number;
  /** Address to bind, such as 127.0.0.1. The `/_sandbox` routes ask for no key. */
  readonly host: string;
  /** Path of the SQLite file; it and its folder are created when missing. */
  readonly databasePath: string;
  /** The only key that is accepted. With a `test_` key test codes work and card data is taken leniently. */
  readonly secretKey: string;
  /** Default: no log. */
  readonly logger?: SandboxLogger;
  /** Milliseconds until the slow test card is answered. Default 30000. */
  readonly slowAnswerMs?: number;
  /** Where deposits are told of. Default: nowhere. */
  readonly webhookUrl?: string;
  /** Pauses before the second and later deliveries of a notice, in milliseconds. Default seven, from 0.2 s to 60 s. */
  readonly webhookRetryAfterMs?: readonly number[];
  /** The clock in epoch milliseconds. Default the machine's. */
  readonly now?: () => number;
}

/** A sandbox that is listening. */
export interface RunningSandbox {
  readonly url: string;
  readonly port: number;
  /** Stops listening, cuts the requests that are held back, and closes the ledger. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Starts a payment provider's stand-in; resolves when it accepts requests.
 * @throws {Error} when the ledger cannot be opened, or as `node:net` when the address cannot be bound (`EADDRINUSE`).
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const database = openDatabase(options.databasePath);
  const { secretKey, slowAnswerMs = SLOW_ANSWER_MS, now = Date.now } = options;
  const { webhookUrl, webhookRetryAfterMs } = options;
  const webhooks = new Webhooks({
    url: webhookUrl,
    ...(webhookRetryAfterMs === undefined ? {} : { retryAfterMs: webhookRetryAfterMs }),
  });
  const provider = createProvider({ secretKey, database, slowAnswerMs, now, webhooks });
  const app = createApp(provider, options.logger);
  try {
    await app.listen({ port: options.port, host: options.host, listenTextResolver: () => 'listening' });
  } catch (cause) {
    await app.close();
    database.close();
    throw cause;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${reachableHost(options.host)}:${port}`,
    port,
    close() {
      closed ??= stop();
      return closed;
    },
  };

  async function stop(): Promise<void> {
    provider.pauses.close();
    await webhooks.close();
    const deadline = setTimeout(() => app.server.closeAllConnections(), CLOSE_DEADLINE_MS);
    try {
      await app.close();
    } finally {
      clearTimeout(deadline);
      database.close();
    }
  }
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
