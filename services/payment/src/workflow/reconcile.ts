import type { Logger } from 'cmdrpc';
import { type Attempt, publicStatus } from '../domain/attempt.ts';
import type { LookupOutcome } from '../domain/outcome.ts';
import { backOffMs, type Timing } from '../domain/timing.ts';
import { type Verdict, verdictOn } from '../domain/verdict.ts';
import type { Provider } from '../provider/provider.ts';
import type { AttemptStore } from '../store/attempts.ts';
import type { RecoveryStore } from '../store/recovery.ts';
import { depositLookMs, nextLookMs } from './next-look.ts';
import type { Tally } from './tally.ts';
import { sendUndo } from './undo.ts';

export interface ReconcileDeps {
  readonly store: AttemptStore;
  readonly recovery: RecoveryStore;
  readonly provider: Provider;
  readonly timing: Timing;
  readonly tally: Tally;
  readonly logger: Logger;
  readonly random: () => number;
}

/**
 * Asks the provider about an attempt and makes its row say what is true; never sends a charge. Every write expects the
 * row as it was before the question, so of several that look at once one writes and the others change nothing.
 * @returns the attempt as it is then.
 */
export async function reconcile(deps: ReconcileDeps, seen: Attempt): Promise<Attempt> {
  const changed = await look(deps, seen);
  return changed ?? (await deps.store.find(seen.orderId, seen.attempt)) ?? seen;
}

/** One look; undefined when another has written the row meanwhile, so that what was found is written nowhere. */
export async function look(deps: ReconcileDeps, seen: Attempt): Promise<Attempt | undefined> {
  const { recovery, provider, tally, logger, timing } = deps;
  if (seen.status === 'processing' && seen.sentAt === null) {
    const rejected = await recovery.rejectUnsent(seen);
    if (rejected !== undefined) logger.warn(about(seen), 'attempt was never sent: rejected');
    return rejected;
  }
  // A tombstone is of a charge that nobody asked for.
  if (seen.amount === null) return recovery.endSweep(seen, false);
  tally.looks++;
  const found = await provider.lookup({ providerOrderId: seen.providerOrderId, amount: seen.amount });
  return act(deps, seen, verdictOn(seen, found, timing), found);
}

async function act(
  deps: ReconcileDeps,
  seen: Attempt,
  verdict: Verdict,
  found: LookupOutcome & { readonly traceId: string | undefined },
): Promise<Attempt | undefined> {
  const { store, recovery, timing, tally, logger } = deps;
  const fields = { ...about(seen), found: found.kind, traceId: found.traceId };
  switch (verdict.kind) {
    case 'settle': {
      const settled = await store.apply(seen, verdict.settlement, nextLookMs(deps, verdict.settlement));
      if (settled !== undefined) report(deps, seen, settled, fields);
      return settled;
    }
    case 'undo':
      return seen.status === 'abandoned' ? undoLateCharge(deps, seen, verdict.paymentKey) : undoAgain(deps, seen);
    case 'fence': {
      const fenced = await recovery.fence(seen, timing.lateSweepMs, pauseMs(deps, seen, verdict));
      if (fenced !== undefined) {
        tally.fenced++;
        logger.warn(fields, 'charge never reached the provider: attempt given up');
      }
      return fenced;
    }
    case 'hold':
      tally.mismatches++;
      logger.error({ ...fields, cause: verdict.cause }, 'provider tells of another payment than ours: attempt is held');
      return recovery.postpone(seen, { delayMs: pauseMs(deps, seen, verdict), isMissing: false });
    case 'trouble':
      tally.troubles++;
      logger.warn({ ...fields, cause: verdict.cause }, 'provider could not be asked');
      // An answer that never came neither ends nor begins a run of "no such payment".
      return recovery.postpone(seen, { delayMs: pauseMs(deps, seen, verdict), isMissing: seen.notFoundAt !== null });
    case 'missing':
    case 'wait':
      logger.debug(fields, 'nothing new of the attempt');
      return recovery.postpone(seen, {
        delayMs: pauseMs(deps, seen, verdict),
        isMissing: verdict.kind === 'missing',
      });
    case 'done':
      return recovery.endSweep(seen, seen.lateChargeAt !== null && found.kind === 'canceled');
  }
}

/** Sends a cancellation that did not get through, or whose answer did not. */
async function undoAgain(deps: ReconcileDeps, seen: Attempt): Promise<Attempt | undefined> {
  const { outcome, attempt } = await sendUndo(deps, seen);
  if (outcome !== 'unknown' && outcome !== 'not_sent') return attempt;
  const delayMs = backOffOf(deps, seen, deps.timing.longestTroubleMs);
  return deps.recovery.postpone(seen, { delayMs, isMissing: false });
}

/** A charge that shows up after its attempt was given up: the order may be paid by another, so this money goes back. */
async function undoLateCharge(deps: ReconcileDeps, seen: Attempt, paymentKey: string): Promise<Attempt | undefined> {
  const { recovery, provider, timing, tally, logger } = deps;
  const noted = await recovery.noteLateCharge(seen, paymentKey, backOffOf(deps, seen, timing.longestTroubleMs));
  if (noted === undefined) return undefined;
  if (seen.lateChargeAt === null) tally.lateCharges++;
  logger.error({ ...about(seen), paymentKey }, 'charge found after its attempt was given up: it is canceled');
  const outcome = await provider.cancel({
    paymentKey,
    providerOrderId: seen.providerOrderId,
    idempotencyKey: `cancel:${seen.paymentId}`,
    reason: 'charged after the attempt was given up',
  });
  if (outcome.kind !== 'canceled') {
    logger.error({ ...about(seen), paymentKey, outcome: outcome.kind }, 'late charge not canceled yet');
    return noted;
  }
  const ended = await recovery.endSweep(noted, true);
  if (ended !== undefined) tally.lateRefunds++;
  return ended;
}

function report(deps: ReconcileDeps, seen: Attempt, settled: Attempt, fields: object): void {
  const { tally, logger } = deps;
  const { status } = settled;
  if (status === 'approved' || status === 'rejected' || status === 'refunded') tally[status]++;
  if (status === 'waiting_for_deposit') tally.depositsAwaited++;
  if (status === 'waiting_for_deposit' && seen.status === 'approved') {
    tally.depositsTakenBack++;
    logger.error(fields, 'deposit was taken back after it was approved');
  }
  logger.info({ ...fields, from: seen.status, paymentStatus: publicStatus(settled.status) }, 'attempt reconciled');
}

function pauseMs(deps: ReconcileDeps, seen: Attempt, verdict: Verdict): number {
  const { timing } = deps;
  if (verdict.kind === 'trouble' || verdict.kind === 'hold') return backOffOf(deps, seen, timing.longestTroubleMs);
  if (verdict.kind === 'missing' && seen.sentAt !== null) {
    const untilLateEnoughMs = timing.neverChargedAfterMs - (seen.readAt.getTime() - seen.sentAt.getTime());
    if (untilLateEnoughMs <= 0) return timing.betweenNotFoundMs;
    return Math.min(backOffOf(deps, seen, timing.longestPauseMs), untilLateEnoughMs);
  }
  if (seen.status === 'waiting_for_deposit' && seen.account !== null) return depositLookMs(deps, seen.account.dueAt);
  return backOffOf(deps, seen, seen.status === 'abandoned' ? timing.longestPauseMs : timing.longestTroubleMs);
}

const backOffOf = ({ timing, random }: ReconcileDeps, seen: Attempt, longestMs: number): number =>
  backOffMs(seen.checks, timing.firstLookMs, longestMs, random);

const about = ({ orderId, attempt, paymentId, status }: Attempt) => ({ orderId, attempt, paymentId, status });
