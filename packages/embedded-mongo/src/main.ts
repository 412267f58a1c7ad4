import type { Config } from './config.ts';
import type { EmbeddedMongo } from './server.ts';

// node:sqlite warns that it is experimental when it is loaded, so the filter comes first and the rest is imported after.
const warn = process.emitWarning.bind(process);
process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
  if (String(warning).includes('SQLite is an experimental feature')) return;
  Reflect.apply(warn, process, [warning, ...rest]);
};
const { readConfig } = await import('./config.ts');
const { createJsonLogger } = await import('./logger.ts');
const { startEmbeddedMongo } = await import('./server.ts');

const config = exitOnError(() => readConfig());
const logger = createJsonLogger(
  config.logLevel,
  (line) => process.stderr.write(line),
  () => new Date(),
);
logger.warn('the embedded document server is for development only');

const server = await start(config);
process.stdout.write(`${JSON.stringify({ ready: true, port: server.port, uri: server.uri })}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    logger.info('stopping', { signal });
    server.close().then(
      () => process.exit(0),
      (cause: unknown) => fail(cause),
    );
  });
}

async function start({ host, port, path }: Config): Promise<EmbeddedMongo> {
  try {
    return await startEmbeddedMongo({ host, port, path, logger });
  } catch (cause) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    return fail(isTaken ? `port ${port} is in use: set MONGO_PORT to a free port, or to 0 to pick one` : cause);
  }
}

function exitOnError<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    return fail(cause);
  }
}

function fail(cause: unknown): never {
  const message = cause instanceof Error ? cause.message : String(cause);
  process.stderr.write(`${JSON.stringify({ level: 'error', name: 'embedded-mongo', msg: message })}\n`);
  process.exit(1);
}
