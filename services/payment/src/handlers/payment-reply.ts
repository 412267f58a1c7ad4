import type { Payment } from '@shop/contracts';
import { type Attempt, publicStatus } from '../domain/attempt.ts';

/** An attempt as the contract tells it. */
export const paymentReply = (attempt: Attempt): Payment => {
  const { account, reason } = attempt;
  const paymentStatus = publicStatus(attempt.status);
  return {
    paymentId: attempt.paymentId,
    orderId: attempt.orderId,
    attempt: attempt.attempt,
    paymentStatus,
    ...(reason === null ? {} : { reason }),
    ...(account === null || paymentStatus !== 'WaitingForDeposit'
      ? {}
      : {
          virtualAccount: {
            accountNumber: account.accountNumber,
            bankCode: account.bankCode,
            dueDate: account.dueAt.toISOString(),
          },
        }),
  };
};
