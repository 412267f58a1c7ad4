import { closedLoop } from '../lib/load/closed-loop.ts';
import { type Latency, LatencyRecorder } from '../lib/load/latency.ts';
import { usage } from '../lib/process/usage.ts';

/** What a worker of this claim is asked: to keep so many orders under way for so long. */
export interface Load {
  readonly inFlight: number;
  readonly forMs: number;
}

/** What it answers. */
export interface Measured extends Latency {
  readonly orders: number;
  readonly elapsedMs: number;
  /** CPU of the process that was asked. */
  readonly cpuUs: number;
}

/** Places orders and counts them. `place` throws unless the order was placed and paid. */
export const placeOrders = async (place: () => Promise<void>, { inFlight, forMs }: Load): Promise<Measured> => {
  const latency = new LatencyRecorder();
  const before = usage().cpuUs;
  const startedAt = performance.now();
  const orders = await closedLoop({ call: place, check: () => undefined, inFlight, forMs, latency });
  const elapsedMs = performance.now() - startedAt;
  return { orders, elapsedMs, cpuUs: usage().cpuUs - before, ...latency.summary() };
};
