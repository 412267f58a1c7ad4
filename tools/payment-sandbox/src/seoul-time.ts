const SEOUL_OFFSET_MS = 9 * 60 * 60 * 1_000;

/** Writes an instant as the provider does: whole seconds with the Korean offset, `2026-11-22T09:00:00+09:00`. */
export function seoulTime(epochMs: number): string {
  return `${new Date(epochMs + SEOUL_OFFSET_MS).toISOString().slice(0, 19)}+09:00`;
}

/** Reads an ISO 8601 time; one without an offset is Korean time. Returns epoch milliseconds, or undefined when it is no time. */
export function parseSeoulTime(text: string): number | undefined {
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}+09:00`;
  const epochMs = Date.parse(zoned);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
