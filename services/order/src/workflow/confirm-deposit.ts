import { Refusal } from '../domain/refusal.ts';
import { dependencyFailure } from '../peers/dependency-failure.ts';
import type { Run, WorkflowDeps } from './deps.ts';
import { settlePayment } from './settle-payment.ts';

/** A notice of the provider about a virtual account. */
export interface DepositNotice {
  /** The order as the provider knows it. */
  readonly orderId: string;
  readonly secret: string;
  readonly status: string;
}

/**
 * Lets Payment check a notice, and settles the order by what Payment then says, which need not be what the notice said.
 * @throws {Refusal} `webhook_not_verified`, `payment_not_found`; `dependency_*` when Payment cannot check it now.
 */
export const confirmDeposit = async (deps: WorkflowDeps, notice: DepositNotice, run: Run): Promise<void> => {
  const { orderId: providerOrderId, secret, status } = notice;
  const result = await deps.peers.payment.confirm_deposit.safe(
    { providerOrderId, secret, status },
    { timeoutMs: deps.budgets.paymentMs },
  );
  if (!result.ok) {
    const { error } = result;
    if (error.reason === 'deposit_not_verified') throw new Refusal('webhook_not_verified', { cause: error });
    if (error.reason === 'payment_not_found') throw new Refusal('payment_not_found', { cause: error });
    throw dependencyFailure(error);
  }
  const { value } = result;
  await settlePayment(deps, { ...value, orderId: value.orderId.toLowerCase() }, run);
};
