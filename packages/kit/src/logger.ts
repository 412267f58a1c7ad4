import { type DestinationStream, pino } from 'pino';
import { withoutHiddenFields } from './hidden-fields.ts';
import { standardError } from './log-destination.ts';

/** Structured logger of a process: constant lower-case phrases, data in fields. */
export type Logger = pino.Logger;

// Messages of foreign errors can quote data of any length.
const MAX_MESSAGE_LENGTH = 1_000;
const MAX_CAUSES = 5;

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/**
 * An allow-list of an error's fields: drivers hang rows, parameters and addresses on theirs
 * (PostgreSQL's `detail` quotes the offending value).
 */
function loggedError(thrown: unknown, depth = 0): LoggedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: 'something that is not an error was thrown' };
  const code = 'code' in thrown ? String(thrown.code) : undefined;
  return {
    type: thrown.name,
    message: thrown.message.slice(0, MAX_MESSAGE_LENGTH),
    ...(code === undefined ? {} : { code }),
    ...(thrown.stack === undefined ? {} : { stack: framesOf(thrown.stack) }),
    ...(thrown.cause === undefined || depth === MAX_CAUSES ? {} : { cause: loggedError(thrown.cause, depth + 1) }),
  };
}

// The message is a field of its own; the frames alone say where.
const framesOf = (stack: string): string =>
  stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n');

export interface LoggerOptions {
  /** The service; on every line as `service`. */
  readonly name: string;
  /** Least severe level that is written. Default `info`. */
  readonly level?: string;
  /** Default: file descriptor 2, written at the end of each turn of the event loop. */
  readonly destination?: DestinationStream;
}

/** A logger that writes JSON lines, hides sensitive fields and keeps of an error only what is safe to keep. */
export function createLogger({ name, level = 'info', destination = standardError() }: LoggerOptions): Logger {
  const logger = pino(
    {
      level,
      base: { service: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: withoutHiddenFields },
      serializers: { err: (thrown: unknown) => loggedError(thrown), error: (thrown: unknown) => loggedError(thrown) },
    },
    destination,
  );
  // Fields of a child pass no formatter; its own children inherit this.
  const child = logger.child;
  logger.child = function (this: Logger, ...[bindings, options]: Parameters<typeof child>) {
    return child.call(this, withoutHiddenFields(bindings), options);
  } as typeof child;
  return logger;
}
