/** Version 00 has exactly four fields; a later one may add more behind them. */
const TRACEPARENT =
  /^(?:00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|(?!00|ff)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?)$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/**
 * A W3C `traceparent` as it is, or undefined for one that is malformed or all zero: the standard has it ignored, which
 * begins a new trace.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export const validTraceparent = (value: string | undefined): string | undefined => {
  if (value === undefined || value.length > 256 || !TRACEPARENT.test(value)) return undefined;
  return value.startsWith(NO_TRACE, 3) || value.startsWith(NO_SPAN, 36) ? undefined : value;
};

/** The trace id of a valid `traceparent`, for log lines. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);
