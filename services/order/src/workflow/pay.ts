import { currentContext, detached, type Logger, withContext } from 'cmdrpc';
import type { Order } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import { adoptAttempt, type Settlement, settle } from '../domain/settlement.ts';
import { dependencyFailure } from '../peers/dependency-failure.ts';
import { abandonAttempt } from './abandon-attempt.ts';
import { applyChange } from './apply-change.ts';
import { type ChargeOutcome, chargeOutcome } from './charge-outcome.ts';
import type { WorkflowDeps } from './deps.ts';
import { type PaymentResult, resultOf } from './payment-result.ts';

/** A card as it came in. Lives until the charge was answered, and is handed to nobody but Payment. */
export interface Card {
  readonly paymentMethod: 'CreditCard';
  readonly paymentName: string;
  readonly cardNumber: string;
  readonly expiryYear: string;
  readonly expiryMonth: string;
  readonly birthOrRegistration: string;
  readonly passwordTwoDigits: string;
}

/** How an order is to be paid. */
export type PaymentMeans = Card | { readonly paymentMethod: 'VirtualAccount'; readonly paymentName: string };

/** The command names card fields for every method; for one without a card they are filled with nothing. */
const NO_CARD = {
  cardNumber: '0',
  expiryYear: '00',
  expiryMonth: '0',
  birthOrRegistration: '0',
  passwordTwoDigits: '00',
};

/** One attempt at paying an order that is already stored as waiting for it. */
export interface Charge {
  readonly order: Order;
  readonly userEmail: string;
  readonly means: PaymentMeans;
  /** Names the order on every line. */
  readonly logger: Logger;
}

/**
 * Charges the order's current attempt and writes down what came of it. Never throws for what Payment or the network
 * did: the order exists, so the caller always hears how it stands.
 */
export const pay = async (deps: WorkflowDeps, charge: Charge): Promise<PaymentResult> => {
  const { order, logger } = charge;
  const outcome = await chargeOnce(deps, charge);
  logOutcome(logger, outcome);
  switch (outcome.tag) {
    case 'settled':
      return record(deps, charge, outcome.settlement);
    case 'unknown':
      return { tag: 'pending', order };
    case 'otherAttempt':
      return recordOtherAttempt(deps, charge, outcome.settlement);
    case 'refused': {
      const result = await record(deps, charge, { attempt: order.attempt, status: 'notStarted', reason: outcome.code });
      return hasFailed(result) ? { ...result, code: outcome.code, fields: outcome.fields } : result;
    }
    case 'unsent':
    case 'notTaken': {
      const result = await giveUp(deps, charge);
      if (result !== undefined && !hasFailed(result)) return result;
      // Not sent means not charged, tombstone or not; an answer without a tombstone leaves it open.
      if (result === undefined && outcome.tag === 'notTaken') return { tag: 'pending', order };
      const { code, retryAfterMs } = dependencyFailure(outcome.error);
      return { tag: 'unpaid', order: result?.order ?? order, code, retryAfterMs };
    }
  }
};

const chargeOnce = async (
  { peers, budgets }: WorkflowDeps,
  { order, userEmail, means }: Charge,
): Promise<ChargeOutcome> => {
  const { orderId, attempt, totalAmount } = order;
  const deadlineMs = currentContext()?.deadlineMs;
  const leftMs = (deadlineMs ?? Number.POSITIVE_INFINITY) - performance.now() - budgets.recordingMs;
  const result = await peers.payment.make_payment.safe(
    { orderId, attempt, userEmail, ...NO_CARD, ...means, amount: totalAmount },
    { timeoutMs: Math.max(1, Math.min(budgets.paymentMs, Math.floor(leftMs))) },
  );
  return chargeOutcome(result, { orderId, attempt });
};

/** Writes a settlement; when that cannot be done now, the order stays pending for recovery and the client is told so. */
const record = async (deps: WorkflowDeps, charge: Charge, settlement: Settlement): Promise<PaymentResult> =>
  write(deps, charge, (order) => settle(order, settlement, deps.now()));

/** Payment works on an attempt that this order had given up hope of: wait for that one, or take its money as paid. */
const recordOtherAttempt = async (deps: WorkflowDeps, charge: Charge, settlement: Settlement): Promise<PaymentResult> =>
  write(deps, charge, (order) => {
    if (order.status !== 'paymentPending' || order.attempt !== charge.order.attempt) return undefined;
    return settlement.status === 'Approved'
      ? settle(order, settlement, deps.now())
      : adoptAttempt(order, settlement.attempt, deps.now());
  });

const write = async (
  { orders }: WorkflowDeps,
  { order, logger }: Charge,
  change: (order: Order) => Order | undefined,
): Promise<PaymentResult> => {
  try {
    const written = await applyChange(orders, order, change);
    if (written !== undefined) return resultOf(written);
    logger.error({}, 'order vanished while it was paid');
  } catch (err) {
    if (!(err instanceof Refusal)) logger.error({ err }, 'outcome of a payment could not be written');
    else logger.warn({ err }, 'outcome of a payment is left to recovery');
  }
  return { tag: 'pending', order };
};

/**
 * Ends an attempt that never reached Payment. A tombstone there makes sure that it never will; only then is the order
 * failed. Undefined when Payment cannot be told either: the order stays pending, which is all that is safe to say.
 */
const giveUp = async (deps: WorkflowDeps, charge: Charge): Promise<PaymentResult | undefined> => {
  const { orderId, attempt } = charge.order;
  // The request's deadline may be what ended the charge.
  const given = await detached(() =>
    withContext({ correlationId: orderId }, () => abandonAttempt(deps, { orderId, attempt })),
  );
  switch (given.tag) {
    case 'settled':
      return record(deps, charge, given.settlement);
    case 'inFlight':
      return { tag: 'pending', order: charge.order };
    case 'unreachable':
      charge.logger.warn({ err: given.error }, 'payment attempt is left to recovery');
      return undefined;
  }
};

/** Whether the order itself has failed; one that somebody else settled meanwhile answers for itself. */
const hasFailed = (result: PaymentResult): result is Extract<PaymentResult, { tag: 'unpaid' }> =>
  result.tag === 'unpaid' && result.order.status === 'paymentFailed';

const logOutcome = (logger: Logger, outcome: ChargeOutcome): void => {
  switch (outcome.tag) {
    case 'settled':
    case 'otherAttempt':
      logger.info({ outcome: outcome.tag, paymentStatus: outcome.settlement.status }, 'payment answered');
      break;
    case 'refused':
      logger.warn({ outcome: outcome.tag, code: outcome.code }, 'payment refused');
      break;
    case 'unsent':
    case 'notTaken':
      logger.warn({ outcome: outcome.tag, err: outcome.error }, 'payment not reached');
      break;
    case 'unknown':
      logger.warn({ outcome: outcome.tag, err: outcome.cause }, 'payment outcome unknown');
      break;
  }
};
