import type { paymentContract } from '@shop/contracts';
import type { Handlers } from 'cmdrpc';
import { abandonAttempt } from './handlers/abandon-attempt.ts';
import { getPayment } from './handlers/get-payment.ts';
import { type MakePaymentDeps, makePayment } from './handlers/make-payment.ts';

export interface PaymentDeps extends MakePaymentDeps {
  /** Milliseconds after which an attempt that was never sent may be given up. */
  readonly orphanedAfterMs: number;
}

/** The commands of this service, each with its handler. */
export const paymentHandlers = (deps: PaymentDeps): Handlers<typeof paymentContract.commands> => ({
  make_payment: makePayment(deps),
  get_payment: getPayment(deps.store),
  abandon_attempt: abandonAttempt(deps.store, deps.orphanedAfterMs),
});
