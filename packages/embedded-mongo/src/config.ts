import { LOG_LEVELS, type LogLevel } from './logger.ts';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly logLevel: LogLevel;
}

/**
 * Reads `MONGO_PORT` (default 27017, 0 picks one), `EMBEDDED_MONGO_PATH` (default `.data/embedded-mongo.sqlite`),
 * `EMBEDDED_MONGO_HOST` (default 127.0.0.1) and `LOG_LEVEL` (default info).
 * @throws {Error} naming every bad key at once, never a value.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const port = env.MONGO_PORT ?? '27017';
  const level = env.LOG_LEVEL ?? 'info';
  const logLevel = LOG_LEVELS.find((known) => known === level) ?? ALIASES[level];
  const isPort = /^\d{1,5}$/.test(port) && Number(port) <= 65_535;
  const problems = [
    ...(isPort ? [] : ['MONGO_PORT must be a port number from 0 to 65535']),
    ...(logLevel === undefined
      ? [`LOG_LEVEL must be one of ${[...LOG_LEVELS, ...Object.keys(ALIASES)].join(', ')}`]
      : []),
    ...(env.EMBEDDED_MONGO_PATH === '' ? ['EMBEDDED_MONGO_PATH must not be empty'] : []),
    // An empty host would listen on every address.
    ...(env.EMBEDDED_MONGO_HOST === '' ? ['EMBEDDED_MONGO_HOST must not be empty'] : []),
  ];
  if (problems.length > 0 || logLevel === undefined) throw new Error(problems.join('; '));
  return {
    host: env.EMBEDDED_MONGO_HOST ?? '127.0.0.1',
    port: Number(port),
    path: env.EMBEDDED_MONGO_PATH ?? '.data/embedded-mongo.sqlite',
    logLevel,
  };
}

/** Levels of pino that this process's few log lines do not tell apart. */
const ALIASES: Readonly<Record<string, LogLevel>> = { trace: 'debug', fatal: 'error' };
