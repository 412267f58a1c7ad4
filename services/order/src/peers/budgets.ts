/** Milliseconds one HTTP request may take in all, passed down to every call made for it. */
export const REQUEST_BUDGET_MS = 12_000;

/** Milliseconds for a whole call, its retries included. The sum of a chain leaves Payment most of the request. */
export const USER_READ_MS = 2_000;
export const PRODUCT_READ_MS = 3_000;

/** Milliseconds a client waits for a charge; the provider may take 60 s, and the client then hears 202. */
export const PAYMENT_WAIT_MS = 10_000;

/** Milliseconds kept back from the charge, so that its outcome can be written within the request. */
export const RECORDING_RESERVE_MS = 1_000;

/** Milliseconds for giving up an attempt that never left; outside of the request's budget, which may be spent. */
export const ABANDON_MS = 1_000;
