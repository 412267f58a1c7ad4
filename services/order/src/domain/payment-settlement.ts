import type { Payment } from '@shop/contracts';
import type { Settlement } from './settlement.ts';

/** The reason Payment gives for an attempt that was given up before it began. */
const TOMBSTONE = 'attempt_abandoned';

/** What Payment's word about an attempt means for its order, however it came: reply, event or look-up. */
export const settlementOf = ({
  attempt,
  paymentStatus,
  reason,
  virtualAccount,
}: Pick<Payment, 'attempt' | 'paymentStatus' | 'reason' | 'virtualAccount'>): Settlement =>
  paymentStatus === 'Canceled' && reason === TOMBSTONE
    ? { attempt, status: 'notStarted', reason: 'payment_not_started' }
    : { attempt, status: paymentStatus, reason, virtualAccount };
