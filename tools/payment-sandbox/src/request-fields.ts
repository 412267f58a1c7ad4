import { z } from 'zod';
import type { ErrorCode } from './error-table.ts';
import { isErrorCode, ProviderError } from './provider-error.ts';

/** Names the error code of a field; an absent field is always `INVALID_REQUIRED_PARAM`. */
export function refusedAs(code: ErrorCode): { error: (issue: { input?: unknown }) => ErrorCode } {
  return {
    error: (issue) => (issue.input === undefined ? 'INVALID_REQUIRED_PARAM' : code),
  };
}

/** A whole number of won from `least` up. */
export function won(least: number, belowCode: ErrorCode = 'INVALID_REQUEST'): z.ZodType<number> {
  return z.int(refusedAs('INVALID_REQUEST')).min(least, refusedAs(belowCode));
}

/** A text of 1 to `maxLength` characters. */
export function text(maxLength: number): z.ZodType<string> {
  return z
    .string(refusedAs('INVALID_REQUEST'))
    .min(1, refusedAs('INVALID_REQUIRED_PARAM'))
    .max(maxLength, refusedAs('INVALID_REQUEST'));
}

/** The merchant's order number: 6 to 64 letters, digits, `-` or `_`. */
export const orderIdField = z
  .string(refusedAs('INVALID_ORDER_ID'))
  .regex(/^[A-Za-z0-9_-]{6,64}$/, refusedAs('INVALID_ORDER_ID'));

/**
 * Reads a JSON body by a schema whose messages are error codes; unknown fields are ignored, as the provider does.
 * @throws {ProviderError} the code of a missing field first, else of the first wrong one. It never carries a value.
 */
export function readFields<Schema extends z.ZodType>(body: unknown, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(parseJson(body));
  if (result.success) return result.data;
  const codes = result.error.issues.map((issue) => (isErrorCode(issue.message) ? issue.message : 'INVALID_REQUEST'));
  throw new ProviderError(codes.find((code) => code === 'INVALID_REQUIRED_PARAM') ?? codes[0] ?? 'INVALID_REQUEST');
}

function parseJson(body: unknown): unknown {
  if (typeof body !== 'string') throw new ProviderError('INVALID_REQUEST');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    // The cause is dropped on purpose: the parser's message quotes the body, which may hold a card number.
    throw new ProviderError('INVALID_REQUEST');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ProviderError('INVALID_REQUEST');
  }
  // A field that is null counts as absent.
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== null));
}
