import { paymentContract } from '@shop/contracts';
import { type RpcServerOptions, sayingOutages } from '@shop/kit';
import { createServer, type Logger, RpcError } from 'cmdrpc';
import { abandonAttempt } from './handlers/abandon-attempt.ts';
import { cancelPayment } from './handlers/cancel-payment.ts';
import { confirmDeposit } from './handlers/confirm-deposit.ts';
import type { Deps } from './handlers/deps.ts';
import { getPayment } from './handlers/get-payment.ts';
import { makePayment } from './handlers/make-payment.ts';

export interface ServerOptions {
  readonly deps: Deps;
  readonly logger: Logger;
  /** Who may call; everybody when it is left out. */
  readonly rpc?: RpcServerOptions;
  /** Refuse less critical calls while the event loop is late. Default true. */
  readonly shedding?: boolean;
}

/** The service's commands on a server that does not listen yet. */
export function buildServer({ deps, logger, rpc, shedding = true }: ServerOptions) {
  const server = createServer({ name: 'payment', logger, shedding, ...rpc });
  server.use(sayingOutages((cause) => new RpcError('database cannot be reached', { code: 'unavailable', cause })));
  server.implement(paymentContract, {
    make_payment: makePayment(deps),
    get_payment: getPayment(deps),
    cancel_payment: cancelPayment(deps),
    confirm_deposit: confirmDeposit(deps),
    abandon_attempt: abandonAttempt(deps),
  });
  return server;
}
