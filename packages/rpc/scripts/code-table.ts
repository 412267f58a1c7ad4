import { CODES, type Code } from '../src/core/codes.ts';
import { table } from './option-tables.ts';

/** The code table as Markdown. */
export const codeTable = (): string =>
  table(
    ['code', 'number', 'HTTP', 'log level', 'may be retried', 'speaks against the endpoint'],
    (Object.keys(CODES) as Code[]).map((code) => {
      const { number, http, level, retry, trips } = CODES[code];
      return [`\`${code}\``, String(number), String(http), level, yes(retry), yes(trips)];
    }),
  );

const yes = (fact: boolean): string => (fact ? 'yes' : '');
