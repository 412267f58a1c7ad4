import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** The last entry of a page: the next one begins behind it. */
export interface Position {
  readonly createdAt: Date;
  readonly orderId: string;
}

// ECMA-262: a Date holds at most 8.64e15 milliseconds either side of the epoch.
const parsed = z.tuple([z.int().min(0).max(8.64e15), z.uuid()]);

/** A position as the opaque text clients send back. */
export const encodeCursor = ({ createdAt, orderId }: Position): string =>
  Buffer.from(JSON.stringify([createdAt.getTime(), orderId])).toString('base64url');

const decoded = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (cause) {
    throw new Refusal('cursor_invalid', { cause });
  }
};

/**
 * The position behind a cursor.
 * @throws {Refusal} `cursor_invalid`: not a text that {@link encodeCursor} made.
 */
export const decodeCursor = (cursor: string): Position => {
  const result = parsed.safeParse(decoded(cursor));
  if (!result.success) throw new Refusal('cursor_invalid', { cause: result.error });
  const [createdAtMs, orderId] = result.data;
  return { createdAt: new Date(createdAtMs), orderId };
};
