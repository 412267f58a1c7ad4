import { paymentContract, productContract, userContract } from '@shop/contracts';
import type { RpcClientOptions } from '@shop/kit';
import { createClient, type Logger } from 'cmdrpc';

/** How to reach each of the three services. */
export interface PeerOptions {
  readonly user: RpcClientOptions;
  readonly product: RpcClientOptions;
  readonly payment: RpcClientOptions;
}

/**
 * The typed clients of the three services. Nothing is connected before the first call, and a peer that is down at
 * start is found when it comes up.
 */
export const openPeers = (options: PeerOptions, logger: Logger) => {
  const user = createClient(userContract, { ...options.user, name: 'order', logger });
  const product = createClient(productContract, { ...options.product, name: 'order', logger });
  const payment = createClient(paymentContract, { ...options.payment, name: 'order', logger });
  return {
    user,
    product,
    payment,
    /** The state of each connection, for people. */
    states: () => ({ user: user.$.state, product: product.$.state, payment: payment.$.state }),
    /** Begins to connect, so that the first order does not pay for it. */
    warmUp: () => {
      for (const peer of [user, product, payment]) {
        peer.$.ready().catch((err: unknown) => logger.warn({ err }, 'peer not reachable yet'));
      }
    },
    close: async (): Promise<void> => {
      await Promise.all([user, product, payment].map((peer) => peer.$.close()));
    },
  };
};
