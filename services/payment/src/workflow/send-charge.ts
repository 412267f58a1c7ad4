import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'cmdrpc';
import type { Attempt } from '../domain/attempt.ts';
import { type Outcome, REASON, settlementOf } from '../domain/outcome.ts';
import type { CardCharge, Provider } from '../provider/provider.ts';
import type { AttemptStore } from '../store/attempts.ts';

export interface SendDeps {
  readonly store: AttemptStore;
  readonly provider: Provider;
  readonly logger: Logger;
}

/** Tries at reaching the provider while nothing has been written: one, and two more. */
const MAX_SENDS = 3;
const RESEND_AFTER_MS = 200;

/** A charge has ended by then, whatever it was: the provider's budget and a margin. */
const RECHECK_SENT_MS = 75_000;
const RECHECK_UNKNOWN_MS = 10_000;

/** Pauses before the second and later tries at recording an outcome, while the database may be coming back. */
const RECORD_AGAIN_AFTER_MS = [200, 1_000, 3_000];

/**
 * Takes a claimed attempt to the provider and records how it ended; resolves to the attempt as it is then.
 * Never rejects. What it could not record stays `processing` for recovery, and is answered as such.
 */
export async function sendCharge(deps: SendDeps, claimed: Attempt, charge: CardCharge): Promise<Attempt> {
  const { store, provider, logger } = deps;
  const about = { orderId: claimed.orderId, attempt: claimed.attempt, paymentId: claimed.paymentId };
  try {
    // The row must say so first: one without a time of sending is proof that nothing was charged.
    if (!(await store.markSent(claimed.paymentId, RECHECK_SENT_MS))) {
      logger.warn(about, 'attempt given up before it was sent');
      return { ...claimed, status: 'abandoned', reason: REASON.abandoned };
    }
    const outcome = await sendUntilWritten(provider, charge);
    logOutcome(logger, about, outcome);
    return await recordOutcome(deps, claimed, outcome);
  } catch (err) {
    logger.error({ ...about, err }, 'charge broken off: the attempt is left for recovery');
    return claimed;
  }
}

type Sent = Awaited<ReturnType<Provider['charge']>> & { readonly sends: number; readonly durationMs: number };

/** Sends again only while no byte was written, always under the same idempotency key. */
async function sendUntilWritten(provider: Provider, charge: CardCharge): Promise<Sent> {
  const startedAt = performance.now();
  for (let sends = 1; ; sends++) {
    const result = await provider.charge(charge);
    if (result.kind !== 'not_sent' || sends === MAX_SENDS)
      return { ...result, sends, durationMs: Math.round(performance.now() - startedAt) };
    await pause(RESEND_AFTER_MS * sends);
  }
}

async function recordOutcome(deps: SendDeps, claimed: Attempt, outcome: Outcome): Promise<Attempt> {
  const { store, logger } = deps;
  const paymentKey = 'paymentKey' in outcome ? outcome.paymentKey : undefined;
  const about = { orderId: claimed.orderId, attempt: claimed.attempt, outcome: outcome.kind, paymentKey };
  try {
    const settled = await settleWithPatience(deps, claimed, outcome);
    if (settled !== undefined) return settled;
    const stored = await store.find(claimed.orderId, claimed.attempt);
    logger.error({ ...about, status: stored?.status }, 'outcome came for an attempt that was settled otherwise');
    return stored ?? claimed;
  } catch (err) {
    logger.error({ ...about, err }, 'outcome not recorded: the attempt is left for recovery');
    return claimed;
  }
}

async function settleWithPatience(deps: SendDeps, claimed: Attempt, outcome: Outcome): Promise<Attempt | undefined> {
  for (const retryAfterMs of RECORD_AGAIN_AFTER_MS) {
    try {
      return await deps.store.settle(claimed.paymentId, settlementOf(outcome), RECHECK_UNKNOWN_MS);
    } catch (err) {
      deps.logger.warn({ orderId: claimed.orderId, attempt: claimed.attempt, err }, 'outcome not recorded yet');
      await pause(retryAfterMs);
    }
  }
  return deps.store.settle(claimed.paymentId, settlementOf(outcome), RECHECK_UNKNOWN_MS);
}

function logOutcome(logger: SendDeps['logger'], about: object, outcome: Sent): void {
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
