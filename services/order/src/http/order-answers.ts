import type { Answer } from '../domain/answer.ts';
import type { Order } from '../domain/order.ts';
import { viewOf } from '../domain/order-view.ts';
import type { CancelResult } from '../workflow/cancel-order.ts';
import type { PaymentResult } from '../workflow/payment-result.ts';
import type { HttpRequest } from './fastify.ts';
import { problemAnswer } from './problems.ts';
import type { InvalidField } from './validation.ts';

/** Seconds after which an order whose outcome was unknown is worth reading again; a buyer takes longer to pay in. */
const PENDING_RETRY_AFTER_S = 3;
const DEPOSIT_RETRY_AFTER_S = 60;

/** How paying an order ended: 201, 202 or a problem that names the order. */
export const paymentAnswer = (request: HttpRequest, result: PaymentResult): Answer => {
  const { order } = result;
  switch (result.tag) {
    case 'paid':
      return orderAnswer(201, order);
    case 'pending':
      return pendingAnswer(order);
    case 'unpaid':
      return located(
        order,
        problemAnswer(request, result.code, {
          orderId: order.orderId,
          orderStatus: order.status,
          reason: result.code === 'payment_declined' ? order.payment.reason : undefined,
          errors: result.fields?.map(refusedField),
          retryAfterMs: result.retryAfterMs,
        }),
      );
  }
};

/** How canceling an order ended: 200, 202 or a problem that names the order. */
export const cancelAnswer = (request: HttpRequest, result: CancelResult): Answer => {
  const { order } = result;
  switch (result.tag) {
    case 'canceled':
      return orderAnswer(200, order);
    case 'underWay':
      return pendingAnswer(order);
    case 'refused':
      return located(order, problemAnswer(request, result.code, { orderId: order.orderId, orderStatus: order.status }));
  }
};

const orderAnswer = (status: number, order: Order, headers: Answer['headers'] = {}): Answer =>
  located(order, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(viewOf(order)),
  });

const pendingAnswer = (order: Order): Answer => {
  const isDeposit = order.payment.status === 'WaitingForDeposit' && order.cancellation === undefined;
  return orderAnswer(202, order, {
    'retry-after': String(isDeposit ? DEPOSIT_RETRY_AFTER_S : PENDING_RETRY_AFTER_S),
  });
};

const located = (order: Order, answer: Answer): Answer => ({
  ...answer,
  headers: { location: `/order/${order.orderId}`, ...answer.headers },
});

const refusedField = (field: string): InvalidField => ({
  pointer: `/payment/${field}`,
  message: { en: 'was not accepted', ko: '허용되지 않는 값입니다' },
});
