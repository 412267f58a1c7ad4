import type { PaymentMethod, PaymentStatus } from '@shop/contracts';

/** Every state an attempt can be in, with what it is called outside. */
const STATUSES = {
  processing: 'Pending',
  unknown: 'Pending',
  approved: 'Approved',
  rejected: 'Rejected',
  // Given up, and to nobody's knowledge charged; the reason tells it from a refund.
  abandoned: 'Canceled',
  waiting_for_deposit: 'WaitingForDeposit',
  // The account may still take a deposit until the provider has confirmed that it is closed.
  cancel_pending: 'WaitingForDeposit',
  // The money is still ours until the provider has confirmed the refund.
  refund_pending: 'Approved',
  refunded: 'Canceled',
} as const satisfies Record<string, PaymentStatus>;

export type AttemptStatus = keyof typeof STATUSES;

/** Which states may follow which; what is not here never happens. */
const MOVES: Readonly<Record<AttemptStatus, readonly AttemptStatus[]>> = {
  processing: ['approved', 'rejected', 'unknown', 'abandoned', 'waiting_for_deposit', 'refunded'],
  unknown: ['approved', 'rejected', 'abandoned', 'waiting_for_deposit', 'refunded'],
  // A bank may take a deposit back, and a person may refund a payment at the provider itself.
  approved: ['refund_pending', 'waiting_for_deposit', 'refunded'],
  rejected: [],
  abandoned: [],
  waiting_for_deposit: ['approved', 'rejected', 'cancel_pending', 'refunded'],
  // What the provider will not undo stays as it was; a deposit may come before its account is closed.
  cancel_pending: ['refunded', 'waiting_for_deposit', 'approved'],
  refund_pending: ['refunded', 'approved'],
  refunded: [],
};

/** The states that block another attempt; the partial unique index of the table names the same ones. */
const LIVE: ReadonlySet<AttemptStatus> = new Set([
  'processing',
  'unknown',
  'approved',
  'waiting_for_deposit',
  'cancel_pending',
  'refund_pending',
]);

/** The states after which the order may be paid by the next attempt. */
const CLOSED: ReadonlySet<AttemptStatus> = new Set(['rejected', 'abandoned']);

/** Where a deposit goes, and until when it is awaited. */
export interface DepositAccount {
  readonly accountNumber: string;
  readonly bankCode: string;
  readonly dueAt: Date;
}

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
  readonly account: DepositAccount | null;
  readonly depositSecret: string | null;
  /** Why it is given back, as the provider is told. */
  readonly cancelReason: string | null;
  /** Looks since it came into its state. */
  readonly checks: number;
  readonly notFoundAt: Date | null;
  readonly sweepUntil: Date | null;
  readonly lateChargeAt: Date | null;
  /** Counts every change; a write that expects an older one changes nothing. */
  readonly version: number;
  /** The database's clock when this was read. */
  readonly readAt: Date;
}

export const isAttemptStatus = (text: string): text is AttemptStatus => Object.hasOwn(STATUSES, text);

/** What the status is called outside this service. */
export const publicStatus = (status: AttemptStatus): PaymentStatus => STATUSES[status];

export const isLive = (status: AttemptStatus): boolean => LIVE.has(status);

export const isClosed = (status: AttemptStatus): boolean => CLOSED.has(status);

/** Whether an attempt in state `from` may come into state `to`. */
export const mayMove = (from: AttemptStatus, to: AttemptStatus): boolean => MOVES[from].includes(to);

/** Whether Order is told of this move: of every end, of a refund that failed, and of a deposit that was taken back. */
export const isAnnounced = (from: AttemptStatus, to: AttemptStatus): boolean =>
  ['approved', 'rejected', 'abandoned', 'refunded'].includes(to) ||
  (from === 'approved' && to === 'waiting_for_deposit');
