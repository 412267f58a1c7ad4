import { Decimal128, Double, Int32, Long } from 'bson';
import { CommandError } from '../../errors.ts';
import { asExactDouble, isNumeric, toExact } from '../number-value.ts';

const MAX_LONG = 2n ** 63n - 1n;

/**
 * Adds or multiplies as `$inc` and `$mul` do: the result has the wider type, an int that overflows becomes a long.
 * @throws {CommandError} `BadValue` when a long overflows, `NotImplemented` for a double with a decimal.
 */
export function calculate(operator: '$inc' | '$mul', a: unknown, b: unknown): unknown {
  if (a instanceof Decimal128 || b instanceof Decimal128) return calculateDecimal(operator, a, b);
  if (isDouble(a) || isDouble(b)) {
    const [x, y] = [toDouble(a), toDouble(b)];
    return new Double(operator === '$inc' ? x + y : x * y);
  }
  const [x, y] = [toExact(a).coefficient, toExact(b).coefficient];
  const result = operator === '$inc' ? x + y : x * y;
  if (result > MAX_LONG || result < -MAX_LONG - 1n) {
    throw new CommandError(
      'BadValue',
      `Failed to apply ${operator} operations to current value: the result overflows a long`,
    );
  }
  const isInt = !(a instanceof Long) && !(b instanceof Long) && BigInt.asIntN(32, result) === result;
  return isInt ? new Int32(Number(result)) : Long.fromBigInt(result);
}

/** A zero of the operand's type: what `$mul` puts where there was no field. */
export function zeroLike(operand: unknown): unknown {
  if (operand instanceof Decimal128) return Decimal128.fromString('0');
  if (operand instanceof Long) return Long.ZERO;
  return isDouble(operand) ? new Double(0) : new Int32(0);
}

function isDouble(value: unknown): boolean {
  return value instanceof Double || (typeof value === 'number' && !Number.isInteger(value));
}

function toDouble(value: unknown): number {
  return value instanceof Long ? value.toNumber() : (asExactDouble(value) ?? Number.NaN);
}

function calculateDecimal(operator: '$inc' | '$mul', a: unknown, b: unknown): Decimal128 {
  if (isDouble(a) || isDouble(b) || !isFiniteNumber(a) || !isFiniteNumber(b)) {
    throw new CommandError(
      'NotImplemented',
      `${operator} of a decimal with a double or with NaN or Infinity is not supported`,
    );
  }
  const [x, y] = [decimalParts(a), decimalParts(b)];
  if (operator === '$mul') return toDecimal(x.coefficient * y.coefficient, x.tens + y.tens);
  const tens = Math.min(x.tens, y.tens);
  const scaled = (part: typeof x): bigint => part.coefficient * 10n ** BigInt(part.tens - tens);
  return toDecimal(scaled(x) + scaled(y), tens);
}

function decimalParts(value: unknown): { coefficient: bigint; tens: number } {
  const { coefficient, tens } = toExact(value);
  return { coefficient, tens };
}

function isFiniteNumber(value: unknown): boolean {
  const double = asExactDouble(value);
  return isNumeric(value) && (double === undefined || Number.isFinite(double));
}

function toDecimal(coefficient: bigint, tens: number): Decimal128 {
  return Decimal128.fromStringWithRounding(`${coefficient}E${tens}`);
}
