/** A command line that makes no sense; its message names the option. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Value = string | boolean | undefined;

const parts = (value: Value): string[] =>
  typeof value !== 'string' || value === '' ? [] : value.split(',').map((part) => part.trim());

/** @throws {UsageError} not a number over 0. */
export const positive = (option: string, value: Value): number => {
  const number = Number(value);
  if (typeof value !== 'string' || !(number > 0) || !Number.isFinite(number)) {
    throw new UsageError(`--${option} must be a number over 0, not ${String(value)}`);
  }
  return number;
};

/** @throws {UsageError} not a whole number over 0. */
export const wholeNumber = (option: string, value: Value): number => {
  const number = positive(option, value);
  if (!Number.isInteger(number)) throw new UsageError(`--${option} must be a whole number, not ${String(value)}`);
  return number;
};

/** A list by commas; empty when there is none. @throws {UsageError} a part that is not a whole number over 0. */
export const wholeNumbers = (option: string, value: Value): number[] =>
  parts(value).map((part) => wholeNumber(option, part));

/** A list by commas, or all that there are. @throws {UsageError} a name that is none of them. */
export const namesAmong = <T extends string>(option: string, value: Value, known: readonly T[]): readonly T[] => {
  const named = parts(value);
  const stranger = named.find((name) => !known.includes(name as T));
  if (stranger !== undefined) throw new UsageError(`--${option} knows ${known.join(', ')}, not ${stranger}`);
  return named.length === 0 ? known : (named as T[]);
};
