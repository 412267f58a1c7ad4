import { type DestinationStream, pino } from 'pino';

/** Structured logger of a process: constant lower-case phrases, data in fields. */
export type Logger = pino.Logger;

// Field names that never reach a log, wherever a careless object brings them.
const HIDDEN_FIELDS = [
  'cardNumber',
  'passwordTwoDigits',
  'birthOrRegistration',
  'expiryYear',
  'expiryMonth',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'secret',
  'secretKey',
  'email',
  'userEmail',
];
const WILDCARD_DEPTH = 4;

const hiddenPaths = HIDDEN_FIELDS.flatMap((field) =>
  Array.from({ length: WILDCARD_DEPTH }, (_, depth) => '*.'.repeat(depth) + field),
);

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
  /** Default: file descriptor 2, synchronously, so that a crash loses no line. */
  readonly destination?: DestinationStream;
}

/** A logger that writes JSON lines, hides sensitive fields and keeps of an error only what is safe to keep. */
export function createLogger({ name, level = 'info', destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (thrown: unknown) => loggedError(thrown), error: (thrown: unknown) => loggedError(thrown) },
      redact: { paths: hiddenPaths, censor: '[hidden]' },
    },
    destination ?? pino.destination({ fd: 2, sync: true }),
  );
}
