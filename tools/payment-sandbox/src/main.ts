import { readConfig, type SandboxConfig } from './config.ts';
import { type RunningSandbox, startSandbox } from './start-sandbox.ts';

try {
  const config = readConfig();
  const sandbox = await start(config);
  process.once('SIGTERM', () => void stop(sandbox));
  process.once('SIGINT', () => void stop(sandbox));
  process.stdout.write(`${JSON.stringify({ ready: true, port: sandbox.port, url: sandbox.url })}\n`);
} catch (cause) {
  fail(cause);
}

async function start(config: SandboxConfig): Promise<RunningSandbox> {
  try {
    return await startSandbox({
      port: config.SANDBOX_PORT,
      host: config.SANDBOX_HOST,
      databasePath: config.SANDBOX_DB,
      secretKey: config.SANDBOX_SECRET_KEY,
      ...(config.SANDBOX_WEBHOOK_URL === undefined ? {} : { webhookUrl: config.SANDBOX_WEBHOOK_URL }),
      logger: { level: config.LOG_LEVEL, stream: process.stderr },
    });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
      throw new Error(`port ${config.SANDBOX_PORT} is in use; set SANDBOX_PORT to another one, or 0 for any`, {
        cause,
      });
    }
    throw cause;
  }
}

async function stop(sandbox: RunningSandbox): Promise<void> {
  try {
    await sandbox.close();
    process.exit(0);
  } catch (cause) {
    fail(cause);
  }
}

function fail(cause: unknown): void {
  const msg = cause instanceof Error ? cause.message : 'unknown failure';
  process.stderr.write(`${JSON.stringify({ level: 60, time: Date.now(), service: 'payment-sandbox', msg })}\n`);
  process.exit(1);
}
