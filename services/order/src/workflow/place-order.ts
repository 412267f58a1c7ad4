import { withContext } from 'cmdrpc';
import { lastFourOf } from '../domain/last-four.ts';
import { type Address, newOrder, type Order, type OrderItem, type OrderPayment } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import { totalOf } from '../domain/total.ts';
import type { Begun } from './answer-once.ts';
import { authenticate, type Buyer, type Caller, lookUpBuyer } from './authenticate.ts';
import { orderLogger, type PayingRun, type Run, type WorkflowDeps } from './deps.ts';
import { lookUpItems } from './look-up-items.ts';
import { type PaymentMeans, pay } from './pay.ts';
import type { PaymentResult } from './payment-result.ts';
import { resumeOrder } from './resume-order.ts';

/** An order as somebody asks for it. */
export interface OrderRequest {
  readonly token: string;
  readonly productIds: readonly string[];
  readonly address: Address;
  readonly means: PaymentMeans;
  /** What the buyer expects to pay, in won. */
  readonly amount: number;
}

/**
 * Places an order: checks who and what, stores it, charges it, writes the outcome. Nobody's disconnect stops it midway,
 * so no cancel signal is taken from the caller.
 * @throws {Refusal} before anything was written.
 */
export const placeOrder = (deps: WorkflowDeps, request: OrderRequest, run: PayingRun): Promise<PaymentResult> => {
  // Before anything else: it is the correlation id of every line and call that this order causes, in every service.
  const orderId = deps.newOrderId();
  return withContext({ correlationId: orderId }, async () => {
    // Looked up while the token is checked; a bad token is said first, so that strangers learn nothing of the catalogue.
    const stop = new AbortController();
    const lookup = lookUpItems(deps, request.productIds, stop.signal);
    // Its failure is looked at below, unless another comes first; until then it must not count as unhandled.
    lookup.catch(() => undefined);
    try {
      const caller = await authenticate(deps, request.token);
      const begun = await run.begin(caller.userId, orderId);
      return await withContext({ correlationId: begun.orderId }, () =>
        placeAs(deps, { request, caller, begun, lookup }, { logger: orderLogger(run.logger, begun.orderId) }),
      );
    } catch (error) {
      // The one line that joins the calls made under this id with a request that has no order.
      if (error instanceof Refusal) orderLogger(run.logger, orderId).info({ code: error.code }, 'order refused');
      throw error;
    } finally {
      stop.abort();
    }
  });
};

interface Placing {
  readonly request: OrderRequest;
  readonly caller: Caller;
  readonly begun: Begun;
  readonly lookup: Promise<readonly OrderItem[]>;
}

const placeAs = async (
  deps: WorkflowDeps,
  { request, caller, begun, lookup }: Placing,
  run: Run,
): Promise<PaymentResult> => {
  const { orderId } = begun;
  const earlier = begun.isResumed ? await deps.orders.findOwn(orderId, caller.userId) : undefined;
  if (earlier !== undefined) return resumeOrder(deps, earlier, run);
  const buyer = await lookUpBuyer(deps, caller);
  const order = priced(deps, orderId, buyer, request, await lookup);
  if (!(await deps.orders.insert(order))) {
    // Two requests took the same dead one over, a lease apart; the other one is charging.
    const others = await deps.orders.findOwn(orderId, buyer.userId);
    if (others === undefined) throw new Error('order id is taken by somebody else');
    return resumeOrder(deps, others, run);
  }
  run.logger.info({ items: order.items.length, totalAmount: order.totalAmount }, 'order stored');
  return pay(deps, { order, userEmail: buyer.email, means: request.means, logger: run.logger });
};

const priced = (
  deps: WorkflowDeps,
  orderId: string,
  { userId }: Buyer,
  { amount, address, means }: OrderRequest,
  items: readonly OrderItem[],
): Order => {
  const totalAmount = totalOf(items);
  if (totalAmount !== amount) {
    throw new Refusal('amount_mismatch', { facts: totalAmount === undefined ? {} : { totalAmount } });
  }
  return newOrder({ orderId, userId, items, totalAmount, address, payment: paymentOf(means) }, deps.now());
};

/** What an order keeps of what it is to be paid with. */
export const paymentOf = (means: PaymentMeans): OrderPayment => {
  const last4 = means.paymentMethod === 'CreditCard' ? lastFourOf(means.cardNumber) : undefined;
  return { method: means.paymentMethod, ...(last4 === undefined ? {} : { last4 }) };
};
