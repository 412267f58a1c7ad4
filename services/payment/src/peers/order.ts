import { orderContract, paymentStatus } from '@shop/contracts';
import type { RpcClientOptions } from '@shop/kit';
import { createClient, type Logger } from 'cmdrpc';
import type { Announcement } from '../store/outbox.ts';

/**
 * The way to Order. Nothing is connected before the first announcement, and an Order that is down is found when it
 * comes up.
 */
export function openOrder(options: RpcClientOptions, logger: Logger) {
  const client = createClient(orderContract, {
    ...options,
    name: 'payment',
    logger,
    // The outbox sends again by itself, and must not wait for a breaker when Order is back.
    retry: { maxAttempts: 1 },
    breaker: { enabled: false },
  });
  return {
    /** Resolves when Order has taken the announcement. */
    tell: async ({ orderId, attempt, paymentId, reason, settledAt, ...row }: Announcement): Promise<void> => {
      await client.payment_settled.emit(
        {
          orderId,
          attempt,
          paymentId,
          paymentStatus: paymentStatus.parse(row.paymentStatus),
          ...(reason === null ? {} : { reason }),
          settledAt: settledAt.toISOString(),
        },
        { ack: true, correlationId: orderId },
      );
    },
    close: () => client.$.close(),
  };
}
