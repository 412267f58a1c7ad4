import type { Logger } from 'cmdrpc';
import type { Attempt } from '../domain/attempt.ts';
import { type CancelOutcome, REASON } from '../domain/outcome.ts';
import type { Provider } from '../provider/provider.ts';
import type { AttemptStore } from '../store/attempts.ts';
import type { Tally } from './tally.ts';

export interface UndoDeps {
  readonly store: AttemptStore;
  readonly provider: Provider;
  readonly tally: Tally;
  readonly logger: Logger;
}

/** What a cancellation came to, and the attempt as it is then; undefined when another has changed it meanwhile. */
export interface Undone {
  readonly outcome: CancelOutcome['kind'];
  readonly attempt: Attempt | undefined;
}

/**
 * Sends the cancellation of an attempt that is being undone, and records what came of it. Sending it again is safe: the
 * key is the attempt's own, and it asks for whatever is left. What stays unknown is left for recovery.
 */
export async function sendUndo(deps: UndoDeps, seen: Attempt): Promise<Undone> {
  const { store, provider, tally, logger } = deps;
  const { orderId, attempt, paymentId, paymentKey, providerOrderId } = seen;
  if (paymentKey === null) throw new Error('an attempt that is being undone has no payment key');
  const { traceId, ...outcome } = await provider.cancel({
    paymentKey,
    providerOrderId,
    idempotencyKey: `cancel:${paymentId}`,
    reason: seen.cancelReason ?? REASON.canceled,
  });
  const fields = { orderId, attempt, paymentId, paymentKey, traceId, outcome: outcome.kind, ...detailsOf(outcome) };
  switch (outcome.kind) {
    case 'canceled': {
      const refunded = await store.apply(seen, { status: 'refunded', reason: REASON.canceled }, 0);
      if (refunded !== undefined) tally.refunded++;
      logger.info(fields, 'payment canceled at the provider');
      return { outcome: outcome.kind, attempt: refunded };
    }
    case 'refused':
      tally.refundsRefused++;
      logger.error(fields, 'provider refuses to cancel the payment');
      return { outcome: outcome.kind, attempt: await store.endUndo(seen) };
    case 'misconfigured':
      tally.refundsRefused++;
      logger.error(fields, 'provider refuses our requests: check key and contract');
      return { outcome: outcome.kind, attempt: await store.endUndo(seen) };
    case 'not_sent':
    case 'unknown':
      logger.warn(fields, 'outcome of the cancellation unknown');
      return { outcome: outcome.kind, attempt: seen };
  }
}

const detailsOf = (outcome: CancelOutcome) => ({
  code: 'code' in outcome ? outcome.code : undefined,
  cause: 'cause' in outcome ? outcome.cause : undefined,
});
