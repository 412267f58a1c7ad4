import { type BSONRegExp, BSONSymbol, DBRef, Double, Int32, Long } from 'bson';
import { CommandError } from '../errors.ts';
import { isDocument } from './bson-document.ts';
import { plainDocument } from './compare.ts';

/**
 * The view of a value that mingo computes on: ints, doubles and longs within 2^53 become plain numbers; what a
 * JavaScript number cannot hold (a larger long, a decimal) stays a BSON object.
 */
export function promote(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Long) {
    const double = value.toNumber();
    return Number.isSafeInteger(double) ? double : value;
  }
  if (Array.isArray(value)) return value.map(promote);
  if (value instanceof BSONSymbol) return value.value;
  if (value instanceof DBRef) return promote(plainDocument(value));
  if (!isDocument(value)) return value;
  const promoted: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) setField(promoted, name, promote(field));
  return promoted;
}

/** Sets a field even when it is called `__proto__`. */
export function setField(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[name] = value;
  }
}

/**
 * A JavaScript regular expression for a query's pattern.
 * @throws {CommandError} `BadValue` for a pattern or a flag JavaScript has no equal of.
 */
export function toRegExp(pattern: string, options: string): RegExp {
  const unknown = [...options].find((flag) => !'imsu'.includes(flag));
  if (unknown !== undefined) throw new CommandError('BadValue', `invalid flag in regex options: ${unknown}`);
  try {
    return new RegExp(pattern, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('BadValue', `regular expression is invalid: ${reason}`);
  }
}

/** The same for a regular expression value. */
export function regexpOf(value: BSONRegExp | RegExp): RegExp {
  return value instanceof RegExp ? value : toRegExp(value.pattern, value.options);
}
