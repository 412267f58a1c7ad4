import { withContext } from 'cmdrpc';
import { lastFourOf } from '../domain/last-four.ts';
import { type Address, newOrder, type Order, type OrderItem, type OrderPayment } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import { totalOf } from '../domain/total.ts';
import { authenticate, type Buyer, lookUpBuyer } from './authenticate.ts';
import { orderLogger, type Run, type WorkflowDeps } from './deps.ts';
import { lookUpItems } from './look-up-items.ts';
import { type Card, pay } from './pay.ts';
import type { PaymentResult } from './payment-result.ts';

/** An order as somebody asks for it. */
export interface OrderRequest {
  readonly token: string;
  readonly productIds: readonly string[];
  readonly address: Address;
  readonly card: Card;
  /** What the buyer expects to pay, in won. */
  readonly amount: number;
}

/**
 * Places an order: checks who and what, stores it, charges it, writes the outcome. Nobody's disconnect stops it midway,
 * so no cancel signal is taken from the caller.
 * @throws {Refusal} before anything was written.
 */
export const placeOrder = (deps: WorkflowDeps, request: OrderRequest, run: Run): Promise<PaymentResult> => {
  // Before anything else: it is the correlation id of every line and call that this order causes, in every service.
  const orderId = deps.newOrderId();
  return withContext({ correlationId: orderId }, async () => {
    const logger = orderLogger(run.logger, orderId);
    try {
      const { order, buyer } = await store(deps, orderId, request);
      logger.info({ items: order.items.length, totalAmount: order.totalAmount }, 'order stored');
      return await pay(deps, { order, userEmail: buyer.email, card: request.card, logger });
    } catch (error) {
      // The one line that joins the calls made under this id with a request that has no order.
      if (error instanceof Refusal) logger.info({ code: error.code }, 'order refused');
      throw error;
    }
  });
};

const store = async (
  deps: WorkflowDeps,
  orderId: string,
  request: OrderRequest,
): Promise<{ readonly order: Order; readonly buyer: Buyer }> => {
  const { buyer, items } = await checkParties(deps, request);
  const totalAmount = totalOf(items);
  if (totalAmount !== request.amount) {
    throw new Refusal('amount_mismatch', { facts: totalAmount === undefined ? {} : { totalAmount } });
  }
  const order = newOrder(
    { orderId, userId: buyer.userId, items, totalAmount, address: request.address, payment: paymentOf(request.card) },
    deps.now(),
  );
  await deps.orders.insert(order);
  return { order, buyer };
};

/** Both lookups at once. A bad token is said before an unknown product: strangers learn nothing of the catalogue. */
const checkParties = async (
  deps: WorkflowDeps,
  { token, productIds }: OrderRequest,
): Promise<{ readonly buyer: Buyer; readonly items: readonly OrderItem[] }> => {
  const stop = new AbortController();
  const lookup = lookUpItems(deps, productIds, stop.signal);
  // Its failure is looked at below, unless the buyer's comes first; until then it must not count as unhandled.
  lookup.catch(() => undefined);
  try {
    const buyer = await lookUpBuyer(deps, await authenticate(deps, token));
    return { buyer, items: await lookup };
  } finally {
    stop.abort();
  }
};

/** What an order keeps of the card it is to be paid with. */
export const paymentOf = ({ paymentMethod, cardNumber }: Card): OrderPayment => {
  const last4 = paymentMethod === 'CreditCard' ? lastFourOf(cardNumber) : undefined;
  return { method: paymentMethod, ...(last4 === undefined ? {} : { last4 }) };
};
