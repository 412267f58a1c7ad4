/** When a second endpoint is asked, and how often at most. */
export interface HedgeOptions {
  /** Milliseconds to wait before asking elsewhere. Default: the command's own rolling 95th percentile, at least 1. */
  readonly delayMs?: number;
  /** Second requests as a share of calls. Default 0.05. */
  readonly ratio?: number;
}
