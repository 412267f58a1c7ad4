import type { Order } from '../domain/order.ts';
import { viewOf } from '../domain/order-view.ts';
import type { PaymentResult } from '../workflow/payment-result.ts';
import type { HttpReply, HttpRequest } from './fastify.ts';
import { sendProblem } from './problems.ts';
import type { InvalidField } from './validation.ts';

/** Seconds after which an order whose outcome was unknown is worth reading again. */
const PENDING_RETRY_AFTER_S = 3;

/** Answers how paying an order ended: 201, 202 or a problem that names the order. */
export const sendPaymentResult = (request: HttpRequest, reply: HttpReply, result: PaymentResult): HttpReply => {
  const { order } = result;
  reply.header('location', `/order/${order.orderId}`);
  switch (result.tag) {
    case 'paid':
      return reply.code(201).send(viewOf(order));
    case 'pending':
      return reply.code(202).header('retry-after', PENDING_RETRY_AFTER_S).send(viewOf(order));
    case 'unpaid':
      return sendProblem(request, reply, result.code, {
        orderId: order.orderId,
        orderStatus: order.status,
        reason: reasonOf(order, result.code),
        errors: result.fields?.map(refusedField),
        retryAfterMs: result.retryAfterMs,
      });
  }
};

const reasonOf = (order: Order, code: string): string | undefined =>
  code === 'payment_declined' ? order.payment.reason : undefined;

const refusedField = (field: string): InvalidField => ({
  pointer: `/payment/${field}`,
  message: { en: 'was not accepted', ko: '허용되지 않는 값입니다' },
});
