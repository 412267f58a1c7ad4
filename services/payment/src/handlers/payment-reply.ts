import type { Payment } from '@shop/contracts';
import { type Attempt, publicStatus } from '../domain/attempt.ts';

/** An attempt as the contract tells it. */
export const paymentReply = (attempt: Attempt): Payment => ({
  paymentId: attempt.paymentId,
  orderId: attempt.orderId,
  attempt: attempt.attempt,
  paymentStatus: publicStatus(attempt.status),
  ...(attempt.reason === null ? {} : { reason: attempt.reason }),
});
