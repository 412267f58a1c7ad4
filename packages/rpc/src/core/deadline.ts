/** Absent deadline on the wire, and `Infinity` inside. */
export const NO_DEADLINE_MS = 0xffffffff;

/** What a nested call leaves its caller to answer in, in milliseconds. */
export const NESTED_SLACK_MS = 5;

/**
 * The instant a call must have ended: its own budget, or what remains of the caller's less a slack, whichever is
 * sooner. Instants stay inside a process; the wire carries what remains, so clocks need not agree.
 */
export const deadlineFor = (nowMs: number, timeoutMs: number, parentDeadlineMs: number | undefined): number => {
  const own = nowMs + timeoutMs;
  return parentDeadlineMs === undefined ? own : Math.min(own, parentDeadlineMs - NESTED_SLACK_MS);
};

/** Milliseconds for the wire: whole, at least 0, and {@link NO_DEADLINE_MS} for none. */
export const remainingForWire = (deadlineMs: number, nowMs: number): number => {
  const remaining = deadlineMs - nowMs;
  if (remaining >= NO_DEADLINE_MS) return NO_DEADLINE_MS;
  return remaining <= 0 ? 0 : Math.ceil(remaining);
};
