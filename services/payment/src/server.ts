import { paymentContract } from '@shop/contracts';
import { createServer, type Logger } from 'cmdrpc';
import { abandonAttempt } from './handlers/abandon-attempt.ts';
import { cancelPayment } from './handlers/cancel-payment.ts';
import { confirmDeposit } from './handlers/confirm-deposit.ts';
import type { Deps } from './handlers/deps.ts';
import { getPayment } from './handlers/get-payment.ts';
import { makePayment } from './handlers/make-payment.ts';

export interface ServerOptions {
  readonly deps: Deps;
  readonly logger: Logger;
  readonly authToken?: string | undefined;
}

/** The service's commands on a server that does not listen yet. */
export function buildServer({ deps, logger, authToken }: ServerOptions) {
  const server = createServer({ name: 'payment', logger, ...(authToken === undefined ? {} : { authToken }) });
  server.implement(paymentContract, {
    make_payment: makePayment(deps),
    get_payment: getPayment(deps),
    cancel_payment: cancelPayment(deps),
    confirm_deposit: confirmDeposit(),
    abandon_attempt: abandonAttempt(deps),
  });
  return server;
}
