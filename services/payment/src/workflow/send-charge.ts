import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'cmdrpc';
import type { Attempt } from '../domain/attempt.ts';
import { type Outcome, settlementOf } from '../domain/outcome.ts';
import type { Timing } from '../domain/timing.ts';
import type { ProviderResult } from '../provider/provider.ts';
import type { AttemptStore } from '../store/attempts.ts';
import type { RecoveryStore } from '../store/recovery.ts';
import { nextLookMs } from './next-look.ts';

export interface SendDeps {
  readonly store: AttemptStore;
  readonly recovery: RecoveryStore;
  readonly timing: Timing;
  readonly random: () => number;
  readonly logger: Logger;
}

/** One request for money to the provider; it holds whatever card data there is. */
export type Send = () => Promise<ProviderResult<Outcome>>;

/** Tries at reaching the provider while nothing has been written: one, and two more. */
const MAX_SENDS = 3;
const RESEND_AFTER_MS = 200;

/** Pauses before the second and later tries at recording an outcome, while the database may be coming back. */
const RECORD_AGAIN_AFTER_MS = [200, 1_000, 3_000];

/**
 * Takes a claimed attempt to the provider and records how it ended; resolves to the attempt as it is then.
 * Never rejects. What it could not record stays `processing` for recovery, and is answered as such.
 */
export async function sendCharge(deps: SendDeps, claimed: Attempt, send: Send): Promise<Attempt> {
  const { store, timing, logger } = deps;
  const about = { orderId: claimed.orderId, attempt: claimed.attempt, paymentId: claimed.paymentId };
  try {
    // The row must say so first: one without a time of sending is proof that nothing was charged.
    if (!(await store.markSent(claimed.paymentId, timing.firstLookMs))) {
      logger.warn(about, 'attempt given up before it was sent');
      return (await store.find(claimed.orderId, claimed.attempt)) ?? claimed;
    }
    const outcome = await sendUntilWritten(deps, claimed, send);
    if (outcome === undefined) {
      logger.warn(about, 'attempt given up before it was sent again');
      return (await store.find(claimed.orderId, claimed.attempt)) ?? claimed;
    }
    logOutcome(logger, about, outcome);
    return await recordOutcome(deps, claimed, outcome);
  } catch (err) {
    logger.error({ ...about, err }, 'charge broken off: the attempt is left for recovery');
    return claimed;
  }
}

type Sent = ProviderResult<Outcome> & { readonly sends: number; readonly durationMs: number };

/**
 * Sends again only while no byte was written, always under the same idempotency key, and only while the row still
 * wants it: recovery counts the time after which a payment is taken for never made from the last sending.
 */
async function sendUntilWritten(deps: SendDeps, claimed: Attempt, send: Send): Promise<Sent | undefined> {
  const startedAt = performance.now();
  for (let sends = 1; ; sends++) {
    const result = await send();
    if (result.kind !== 'not_sent' || sends === MAX_SENDS)
      return { ...result, sends, durationMs: Math.round(performance.now() - startedAt) };
    await pause(RESEND_AFTER_MS * sends);
    if (!(await deps.store.markSentAgain(claimed.paymentId, deps.timing.firstLookMs))) return undefined;
  }
}

async function recordOutcome(deps: SendDeps, claimed: Attempt, outcome: Outcome): Promise<Attempt> {
  const { logger } = deps;
  const paymentKey = 'paymentKey' in outcome ? outcome.paymentKey : undefined;
  const about = { orderId: claimed.orderId, attempt: claimed.attempt, outcome: outcome.kind, paymentKey };
  try {
    return (await settleWithPatience(deps, claimed, outcome)) ?? (await foundSettled(deps, claimed, outcome));
  } catch (err) {
    logger.error({ ...about, err }, 'outcome not recorded: the attempt is left for recovery');
    return claimed;
  }
}

/** Recovery was faster. Where both say the same all is well; a charge of an attempt that was given up goes back. */
async function foundSettled(deps: SendDeps, claimed: Attempt, outcome: Outcome): Promise<Attempt> {
  const { store, recovery, logger } = deps;
  const stored = await store.find(claimed.orderId, claimed.attempt);
  const { paymentKey } = { paymentKey: undefined, ...outcome };
  const about = { orderId: claimed.orderId, attempt: claimed.attempt, outcome: outcome.kind, paymentKey };
  if (stored?.status === 'abandoned') {
    logger.error(about, 'outcome came for an attempt that was given up: it is looked up');
    await recovery.makeDue(claimed.paymentId);
  } else if (stored !== undefined && paymentKey !== undefined && stored.paymentKey !== paymentKey) {
    logger.error({ ...about, status: stored.status }, 'outcome came for an attempt that was settled otherwise');
  } else {
    logger.info({ ...about, status: stored?.status }, 'outcome came after recovery had found it');
  }
  return stored ?? claimed;
}

async function settleWithPatience(deps: SendDeps, claimed: Attempt, outcome: Outcome): Promise<Attempt | undefined> {
  const settlement = settlementOf(outcome);
  const settle = () => deps.store.settle(claimed.paymentId, settlement, nextLookMs(deps, settlement));
  for (const retryAfterMs of RECORD_AGAIN_AFTER_MS) {
    try {
      return await settle();
    } catch (err) {
      deps.logger.warn({ orderId: claimed.orderId, attempt: claimed.attempt, err }, 'outcome not recorded yet');
      await pause(retryAfterMs);
    }
  }
  return settle();
}

function logOutcome(logger: Logger, about: object, outcome: Sent): void {
  const { kind, traceId, sends, durationMs } = outcome;
  const fields = {
    ...about,
    outcome: kind,
    code: 'code' in outcome ? outcome.code : undefined,
    cause: 'cause' in outcome ? outcome.cause : undefined,
    paymentKey: 'paymentKey' in outcome ? outcome.paymentKey : undefined,
    traceId,
    sends,
    durationMs,
  };
  switch (kind) {
    case 'approved':
    case 'awaiting_deposit':
    case 'rejected':
      logger.info(fields, 'provider answered');
      return;
    case 'misconfigured':
      logger.error(fields, 'provider refuses our requests: check key and contract');
      return;
    case 'not_sent':
      logger.error(fields, 'provider unreachable: nothing was charged');
      return;
    case 'unknown':
      logger.warn(fields, 'outcome of the charge unknown');
      return;
  }
}
