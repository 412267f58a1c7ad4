/** The four methods that pino, console-like loggers and most others already have. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** When present, `ctx.logger` is a child that carries the correlation id. */
  child?(fields: object): Logger;
  /** When present, it is asked before a line is put together. */
  isLevelEnabled?(level: string): boolean;
}

const silence = (): void => {};

/** Says nothing; the default, since a library has no business writing to a process's output. */
export const silentLogger: Logger = { debug: silence, info: silence, warn: silence, error: silence };
