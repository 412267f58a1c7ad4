import {
  asExactDouble,
  compareExact,
  doubleToExact,
  type ExactNumber,
  subtractExact,
  toExact,
} from '../query/number-value.ts';

const view = new DataView(new ArrayBuffer(8));

/**
 * Bytes of a BSON number whose memcmp order is the order of the values, whatever mix of int, long, double and decimal:
 * the greatest double not above the value, then what is left of it as decimal digits. Most numbers leave nothing.
 */
export function encodeNumber(value: unknown): Uint8Array {
  const double = asExactDouble(value);
  if (double !== undefined) return withRemainder(orderedBits(double), undefined);
  const exact = toExact(value);
  const floor = floorDouble(exact);
  // Only a decimal below every finite double has -Infinity as its floor; a shift makes its remainder positive and ordered.
  const remainder =
    floor === Number.NEGATIVE_INFINITY
      ? subtractExact(exact, { coefficient: -1n, twos: 0, tens: 6_200 })
      : subtractExact(exact, doubleToExact(floor));
  return withRemainder(orderedBits(floor), remainder.coefficient === 0n ? undefined : remainder);
}

function orderedBits(double: number): bigint {
  if (Number.isNaN(double)) return 0n;
  view.setFloat64(0, double === 0 ? 0 : double);
  const bits = view.getBigUint64(0);
  // Negative numbers order backwards by their bits, and the sign bit puts them above the positive ones: undo both.
  return bits >> 63n === 1n ? BigInt.asUintN(64, ~bits) : bits | (1n << 63n);
}

function floorDouble(exact: ExactNumber): number {
  const nearest = nearestDouble(exact);
  if (!Number.isFinite(nearest)) return nearest < 0 ? nearest : Number.MAX_VALUE;
  return compareExact(doubleToExact(nearest), exact) > 0 ? nextDown(nearest) : nearest;
}

function nearestDouble({ coefficient, twos, tens }: ExactNumber): number {
  return twos === 0 ? Number(`${coefficient}e${tens}`) : Number.NaN;
}

function nextDown(double: number): number {
  const below = orderedBits(double) - 1n;
  const bits = below >> 63n === 1n ? below & ~(1n << 63n) : BigInt.asUintN(64, ~below);
  view.setBigUint64(0, bits);
  const value = view.getFloat64(0);
  // The step below +0 lands on -0, which is the same value.
  return Object.is(value, -0) ? -Number.MIN_VALUE : value;
}

function withRemainder(bits: bigint, remainder: ExactNumber | undefined): Uint8Array {
  view.setBigUint64(0, bits);
  const head = new Uint8Array(9);
  head.set(new Uint8Array(view.buffer), 0);
  if (remainder === undefined) return head;
  head[8] = 1;
  return Buffer.concat([head, encodeDigits(remainder)]);
}

function encodeDigits({ coefficient, twos, tens }: ExactNumber): Uint8Array {
  const integer = twos < 0 ? coefficient * 5n ** BigInt(-twos) : coefficient * 2n ** BigInt(twos);
  const exponent = twos < 0 ? tens + twos : tens;
  const digits = integer.toString();
  const significant = digits.replace(/0+$/, '');
  const bytes = Buffer.alloc(3 + significant.length);
  bytes.writeUInt16BE(exponent + digits.length + 0x8000, 0);
  // Digits are stored from 1 up, so the closing zero sorts a shorter fraction first.
  for (let i = 0; i < significant.length; i++) bytes[2 + i] = significant.charCodeAt(i) - 47;
  return bytes;
}
