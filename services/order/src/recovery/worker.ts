import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'cmdrpc';
import type { Order } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Claim, RecoveryQueue } from '../store/recovery-queue.ts';
import type { RecoveryOutcome } from '../workflow/recover-order.ts';
import { backoffMs, type RecoverySchedule } from './schedule.ts';

/** Orders looked at in one go, and at once; repair must not crowd out live orders. */
const MAX_BATCH = 100;
const MAX_CONCURRENT = 8;

export interface RecoveryOptions {
  readonly queue: RecoveryQueue;
  /** One look at one order. */
  readonly recover: (order: Order) => Promise<RecoveryOutcome>;
  readonly schedule: RecoverySchedule;
  readonly now: () => Date;
  readonly random: () => number;
  readonly logger: Logger;
  /** Hears of every look. */
  readonly onLook?: (outcome: RecoveryOutcome) => void;
}

/** The worker that brings orders to rest which nobody waits for any more. */
export interface RecoveryWorker {
  /** Looks at what is due, once; resolves to the looks it made. */
  sweep(): Promise<number>;
  /** Begins to sweep again and again. */
  start(): void;
  /** Ends after the looks that are under way. */
  stop(): Promise<void>;
}

/** Several workers over one database share the work: each order is claimed by one of them at a time. */
export const createRecoveryWorker = (options: RecoveryOptions): RecoveryWorker => {
  const { queue, recover, schedule, now, random, logger, onLook } = options;
  const stopping = new AbortController();
  let loop: Promise<void> | undefined;
  let isPeerAway = false;

  const claim = (): Promise<Claim | undefined> => {
    const at = now();
    return queue.claim(at, new Date(at.getTime() + schedule.leaseMs));
  };

  const look = async (claimed: Claim): Promise<void> => {
    const { order, checks } = claimed;
    const outcome = await recover(order).catch((err: unknown): RecoveryOutcome => {
      logger.error({ err, orderId: order.orderId }, 'order could not be recovered');
      return err instanceof Refusal ? 'unreachable' : 'failed';
    });
    onLook?.(outcome);
    if (outcome === 'settled') return;
    const at = now().getTime();
    const waitingMs = at - claimed.since.getTime();
    const isDeposit = order.payment.status === 'WaitingForDeposit';
    if (waitingMs > schedule.stuckMs && !isDeposit) {
      logger.error({ orderId: order.orderId, waitingMs, checks, outcome }, 'order stuck');
    }
    // Payment being away says nothing about this order, and must not push it minutes into the future.
    isPeerAway ||= outcome === 'unreachable';
    const passed = outcome === 'unreachable' ? checks : checks + 1;
    const longestMs = isDeposit ? schedule.maxDepositBackoffMs : schedule.maxBackoffMs;
    const nextMs = backoffMs(schedule, outcome === 'unreachable' ? 0 : passed, random, longestMs);
    await queue.release(claimed, { nextCheckAt: new Date(at + nextMs), checks: passed });
  };

  const sweep = async (): Promise<number> => {
    let looks = 0;
    isPeerAway = false;
    // One question while there is nothing to do; the others join in only when there is.
    let first = await claim();
    const lane = async (): Promise<void> => {
      while (looks < MAX_BATCH && !isPeerAway && !stopping.signal.aborted) {
        looks += 1;
        const claimed = first ?? (await claim());
        first = undefined;
        if (claimed === undefined) {
          looks -= 1;
          return;
        }
        await look(claimed);
      }
    };
    if (first === undefined) return 0;
    const lanes = await Promise.allSettled(Array.from({ length: MAX_CONCURRENT }, lane));
    const failed = lanes.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return looks;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let pauseMs = schedule.idleMs;
      try {
        const looks = await sweep();
        if (isPeerAway) pauseMs = schedule.awayMs;
        else if (looks === MAX_BATCH) pauseMs = 0;
      } catch (err) {
        logger.warn({ err }, 'recovery cannot reach the order database');
        pauseMs = schedule.awayMs;
      }
      await wait(pauseMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  };

  return {
    sweep,
    start: () => {
      loop ??= run();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
};
