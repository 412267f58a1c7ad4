import type { PaymentMethod, PaymentStatus } from '@shop/contracts';

/** Every state an attempt can be in, with what it is called outside. */
const STATUSES = {
  processing: 'Pending',
  unknown: 'Pending',
  approved: 'Approved',
  rejected: 'Rejected',
  // Given up before anything was charged; the reason tells it from a refund.
  abandoned: 'Canceled',
  waiting_for_deposit: 'WaitingForDeposit',
  // The money is still ours until the provider has confirmed the refund.
  refund_pending: 'Approved',
  refunded: 'Canceled',
} as const satisfies Record<string, PaymentStatus>;

export type AttemptStatus = keyof typeof STATUSES;

/** Which states may follow which; what is not here never happens. */
const MOVES: Readonly<Record<AttemptStatus, readonly AttemptStatus[]>> = {
  processing: ['approved', 'rejected', 'unknown', 'abandoned'],
  unknown: ['approved', 'rejected'],
  approved: [],
  rejected: [],
  abandoned: [],
  waiting_for_deposit: [],
  refund_pending: [],
  refunded: [],
};

/** The states that block another attempt; the partial unique index of the table names the same ones. */
const LIVE: ReadonlySet<AttemptStatus> = new Set(['processing', 'unknown', 'approved', 'waiting_for_deposit']);

/** The states after which the order may be paid by the next attempt. */
const CLOSED: ReadonlySet<AttemptStatus> = new Set(['rejected', 'abandoned']);

/** One try at paying an order. Amounts in won. */
export interface Attempt {
  readonly paymentId: string;
  readonly orderId: string;
  readonly attempt: number;
  readonly status: AttemptStatus;
  /** Null in a tombstone, as is `amount`: nobody ever asked for that charge. */
  readonly paymentMethod: PaymentMethod | null;
  readonly amount: number | null;
  readonly providerOrderId: string;
  readonly idempotencyKey: string;
  readonly reason: string | null;
  readonly paymentKey: string | null;
  readonly sentAt: Date | null;
}

export const isAttemptStatus = (text: string): text is AttemptStatus => Object.hasOwn(STATUSES, text);

/** What the status is called outside this service. */
export const publicStatus = (status: AttemptStatus): PaymentStatus => STATUSES[status];

export const isLive = (status: AttemptStatus): boolean => LIVE.has(status);

export const isClosed = (status: AttemptStatus): boolean => CLOSED.has(status);

/** The states from which an attempt may move to `to`. */
export const statesBefore = (to: AttemptStatus): AttemptStatus[] =>
  (Object.keys(MOVES) as AttemptStatus[]).filter((from) => MOVES[from].includes(to));
