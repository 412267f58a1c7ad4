/** The longest a caller is kept waiting; the provider may take far longer, and the work goes on without the caller. */
const MAX_WAIT_MS = 9_000;
/** Room for the reply to travel back before the caller's deadline. */
const REPLY_MARGIN_MS = 500;

/** Tells how many milliseconds the caller of a command can still be kept waiting. */
export const waitOf =
  (ctx: { remainingMs(): number }): (() => number) =>
  () =>
    Math.max(0, Math.min(MAX_WAIT_MS, ctx.remainingMs() - REPLY_MARGIN_MS));
