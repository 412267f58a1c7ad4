import { Decimal128, Long } from 'bson';
import * as accumulatorOperators from 'mingo/operators/accumulator';
import { CommandError } from '../errors.ts';
import { compareBson } from './compare.ts';

type Accumulator = typeof accumulatorOperators.$push;

/**
 * mingo's accumulators where it would go wrong without a word: `$min` and `$max` compare as BSON, `$sum` and `$avg`
 * refuse the numbers a JavaScript number cannot hold instead of leaving them out.
 */
export const BSON_ACCUMULATORS = {
  $min: (items, expression, options) => extreme(accumulatorOperators.$push(items, expression, options), -1),
  $max: (items, expression, options) => extreme(accumulatorOperators.$push(items, expression, options), 1),
  $sum: (items, expression, options) => {
    assertSummable('$sum', items, expression, options);
    return Reflect.apply(accumulatorOperators.$sum, undefined, [items, expression, options]);
  },
  $avg: (items, expression, options) => {
    assertSummable('$avg', items, expression, options);
    return accumulatorOperators.$avg(items, expression, options);
  },
} satisfies Record<string, (...args: Parameters<Accumulator>) => unknown>;

function extreme(values: readonly unknown[], direction: 1 | -1): unknown {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length === 0) return null;
  return present.reduce((best, value) => (compareBson(value, best) * direction > 0 ? value : best));
}

function assertSummable(name: string, ...[items, expression, options]: Parameters<Accumulator>): void {
  const values: readonly unknown[] = accumulatorOperators.$push(items, expression, options);
  if (values.some((value) => value instanceof Long || value instanceof Decimal128)) {
    throw new CommandError(
      'NotImplemented',
      `${name} of decimals or of longs beyond 2^53 is not supported by the embedded document server`,
    );
  }
}
