import type { Logger } from 'cmdrpc';

/** One line of JSON on stdout. */
export const say = (fields: object): void => void process.stdout.write(`${JSON.stringify(fields)}\n`);

/** A logger of JSON lines on stderr, as pino's. */
export const jsonLogger = (bound: object): Logger => {
  const at = (level: string) => (fields: object, message: string) =>
    void process.stderr.write(`${JSON.stringify({ level, ...bound, ...fields, message })}\n`);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => jsonLogger({ ...bound, ...fields }),
  };
};
