/** When the circuit of one endpoint opens, and how it closes again. */
export interface BreakerOptions {
  /** `false` switches the breaker off. Default true. */
  readonly enabled?: boolean;
  /** Percent of failures in the window above which the breaker opens. Default 50. */
  readonly errorThresholdPercentage?: number;
  /** Outcomes the window must hold before the percentage counts. Default 20. */
  readonly volumeThreshold?: number;
  /** Length of the window in milliseconds, ten buckets. Default 10 000. */
  readonly windowMs?: number;
  /** Failures in a row that open it whatever the window says. Default 5, as Finagle. */
  readonly consecutiveFailures?: number;
  /** Milliseconds it stays open the first time; doubles on each relapse. Default 5 000. */
  readonly resetMs?: number;
  /** Where the doubling ends. Default 60 000. */
  readonly maxResetMs?: number;
  /** Successful probes that close it again. Default 3. */
  readonly probesToClose?: number;
  /** Milliseconds after which a probe that never ended gives up its place. Default 5 000. */
  readonly probeLeaseMs?: number;
}

export const DEFAULT_BREAKER: Required<BreakerOptions> = {
  enabled: true,
  errorThresholdPercentage: 50,
  volumeThreshold: 20,
  windowMs: 10_000,
  consecutiveFailures: 5,
  resetMs: 5_000,
  maxResetMs: 60_000,
  probesToClose: 3,
  probeLeaseMs: 5_000,
};
