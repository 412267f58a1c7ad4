/** Milliseconds that everything may take; each is a whole call with its retries. */
export interface Budgets {
  /** One HTTP request in all, passed down to every call made for it. */
  readonly requestMs: number;
  /** A question to User. Two in a row and a charge still fit into a request. */
  readonly userMs: number;
  readonly productMs: number;
  /** What a client waits for a charge; the provider may take 60 s, and the client then hears 202. */
  readonly paymentMs: number;
  /** Kept back from the charge, so that its outcome can be written within the request. */
  readonly recordingMs: number;
  /** Giving up an attempt that never left; outside of the request's budget, which may be spent. */
  readonly abandonMs: number;
  /** Giving money back. Ends before recovery's first look, which would ask the same question again. */
  readonly cancelMs: number;
  /** What Payment knows of an attempt, when recovery asks. */
  readonly paymentLookupMs: number;
  /** One look of recovery at one order, in all. */
  readonly recoveryMs: number;
}

export const DEFAULT_BUDGETS: Budgets = {
  requestMs: 12_000,
  userMs: 2_000,
  productMs: 3_000,
  paymentMs: 10_000,
  recordingMs: 1_000,
  abandonMs: 1_000,
  cancelMs: 8_000,
  paymentLookupMs: 2_000,
  recoveryMs: 12_000,
};
