import type { JsonSchema } from '../contract/json-schema.ts';
import type { Level } from './change.ts';

/** Does `wide` take every value of `narrow`? */
export interface Question {
  readonly wide: JsonSchema;
  readonly narrow: JsonSchema;
  readonly direction: 'input' | 'output';
  /** Which of the two is the old one, so that messages read from old to new. */
  readonly wideIsBefore: boolean;
}

export interface Problem {
  readonly level: Level;
  /** Below the schema: `/items[]/price`. */
  readonly path: string;
  /** What differs there; with the path it identifies the problem. */
  readonly facet: string;
  readonly message: string;
}

/** A change that breaks callers of an input, but of an output only those that rely on more than its type. */
export const boundsLevel = ({ direction }: Question): Level => (direction === 'input' ? 'breaking' : 'risky');

/** The question whose answer is harm; the other only finds what became possible. */
export const asksForHarm = ({ direction, wideIsBefore }: Question): boolean =>
  wideIsBefore === (direction === 'output');

/** `facet: old → new`. */
export const differs = (
  question: Question,
  level: Level,
  path: string,
  facet: string,
  wide: unknown,
  narrow: unknown,
): Problem => {
  const [before, after] = question.wideIsBefore ? [wide, narrow] : [narrow, wide];
  return { level, path, facet, message: `${facet} changed: ${shown(before)} → ${shown(after)}` };
};

const MAX_SHOWN = 80;

export const shown = (value: unknown): string => {
  if (value === undefined) return 'none';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
};
