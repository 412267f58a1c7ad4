import { Decimal128, Double, Int32, Long } from 'bson';

/** An exact rational `coefficient × 2^twos × 10^tens`, enough for every int, long, double and decimal of BSON. */
export interface ExactNumber {
  readonly coefficient: bigint;
  readonly twos: number;
  readonly tens: number;
}

/** Whether a value is any of the BSON number types, wrapped or plain. */
export function isNumeric(value: unknown): value is number | bigint | Int32 | Double | Long | Decimal128 {
  return (
    typeof value === 'number' ||
    value instanceof Int32 ||
    value instanceof Double ||
    value instanceof Long ||
    value instanceof Decimal128 ||
    typeof value === 'bigint'
  );
}

/** The value as a double when a double holds it exactly; undefined for a long beyond 2^53 and for decimals. */
export function asExactDouble(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Int32 || value instanceof Double) return value.value;
  if (value instanceof Long) {
    const double = value.toNumber();
    return Number.isSafeInteger(double) ? double : undefined;
  }
  if (value instanceof Decimal128) {
    const text = value.toString();
    if (text === 'NaN') return Number.NaN;
    if (text === 'Infinity') return Number.POSITIVE_INFINITY;
    if (text === '-Infinity') return Number.NEGATIVE_INFINITY;
  }
  return undefined;
}

/** The exact value of a finite number. */
export function toExact(value: unknown): ExactNumber {
  if (value instanceof Long) return { coefficient: value.toBigInt(), twos: 0, tens: 0 };
  if (typeof value === 'bigint') return { coefficient: value, twos: 0, tens: 0 };
  if (value instanceof Decimal128) return decimalToExact(value.toString());
  return doubleToExact(asExactDouble(value) ?? Number.NaN);
}

/** Exact comparison of two finite rationals. */
export function compareExact(a: ExactNumber, b: ExactNumber): number {
  const difference = subtractExact(a, b).coefficient;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function subtractExact(a: ExactNumber, b: ExactNumber): ExactNumber {
  const twos = Math.min(a.twos, b.twos);
  const tens = Math.min(a.tens, b.tens);
  const scale = (x: ExactNumber): bigint => x.coefficient * 2n ** BigInt(x.twos - twos) * 10n ** BigInt(x.tens - tens);
  return { coefficient: scale(a) - scale(b), twos, tens };
}

/** Orders any two BSON numbers by value whatever their types; NaN is the least and equals itself. */
export function compareNumbers(a: unknown, b: unknown): number {
  const x = asExactDouble(a);
  const y = asExactDouble(b);
  if (x !== undefined && y !== undefined) {
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) ? (Number.isNaN(y) ? 0 : -1) : 1;
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (x !== undefined && !Number.isFinite(x)) return x > 0 ? 1 : -1;
  if (y !== undefined && !Number.isFinite(y)) return y > 0 ? -1 : 1;
  return compareExact(toExact(a), toExact(b));
}

function decimalToExact(text: string): ExactNumber {
  const [mantissa = '0', exponent = '0'] = text.toUpperCase().split('E');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { coefficient: BigInt(whole + fraction), twos: 0, tens: Number(exponent) - fraction.length };
}

/** The exact value of a finite double. */
export function doubleToExact(value: number): ExactNumber {
  if (Number.isInteger(value)) return { coefficient: BigInt(value), twos: 0, tens: 0 };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const coefficient = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  const twos = (exponent === 0 ? 1 : exponent) - 1075;
  return { coefficient: value < 0 ? -coefficient : coefficient, twos, tens: 0 };
}
