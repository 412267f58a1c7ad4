import { z } from 'zod';

/** The last entry of a page; the next page begins after it. */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

// The farthest instant that both JavaScript and PostgreSQL can say.
const position = z.tuple([z.int().min(0).max(8_640_000_000_000_000), z.uuid()]);

/** A position as the opaque text that callers carry: base64url of `[milliseconds, id]`. */
export const encodeCursor = ({ createdAt, id }: Position): string =>
  Buffer.from(JSON.stringify([createdAt.getTime(), id])).toString('base64url');

/** The position behind a cursor; undefined when we never made such a cursor. */
export function decodeCursor(cursor: string): Position | undefined {
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  const parsed = position.safeParse(decoded);
  return parsed.success ? { createdAt: new Date(parsed.data[0]), id: parsed.data[1] } : undefined;
}
