import { contract, reason, unary } from 'cmdrpc/contract';
import { z } from 'zod';
import { won } from './shared/money.ts';
import { nothing } from './shared/refusals.ts';
import { email } from './user.ts';

export const paymentMethod = z.enum(['CreditCard', 'VirtualAccount']);
export type PaymentMethod = z.infer<typeof paymentMethod>;

/**
 * `Pending`: the outcome is not known yet. `WaitingForDeposit`: a virtual account was issued.
 * A decline is `Rejected` with a reason, in an ordinary reply: it speaks of the card, not of the service's health.
 */
export const paymentStatus = z.enum(['Approved', 'Rejected', 'Pending', 'WaitingForDeposit', 'Canceled']);
export type PaymentStatus = z.infer<typeof paymentStatus>;

/** Which try at paying an order; the first is 1. */
export const attempt = z.int().min(1).max(1_000);

const digits = (min: number, max: number) =>
  z
    .string()
    .regex(/^[0-9]+$/, 'must be digits')
    .min(min)
    .max(max);

/**
 * A card as the buyer typed it: digits, and no more. The provider's own limits bound the lengths.
 * These fields live in memory only, wherever they are; what may be kept is the last four digits.
 */
export const cardFields = {
  paymentMethod,
  paymentName: z.string().trim().min(1).max(100),
  cardNumber: digits(1, 20),
  expiryYear: digits(2, 2),
  expiryMonth: digits(1, 2),
  birthOrRegistration: digits(1, 10),
  passwordTwoDigits: digits(2, 2),
};

const anyPayment = {
  orderId: z.uuid(),
  attempt: attempt.default(1),
  userEmail: email,
  // Nothing to charge is no charge; the least that a card is charged is the provider's to say.
  amount: won.min(1),
};

// A form that has fields for a card may send them with any method; nobody reads them then.
const unread = z.string().max(100).optional();

/** A card needs all of its fields; a virtual account needs none, and ignores those that come. */
export const makePaymentInput = z.discriminatedUnion('paymentMethod', [
  z.strictObject({ ...anyPayment, ...cardFields, paymentMethod: z.literal('CreditCard') }),
  z.strictObject({
    ...anyPayment,
    paymentMethod: z.literal('VirtualAccount'),
    paymentName: cardFields.paymentName,
    cardNumber: unread,
    expiryYear: unread,
    expiryMonth: unread,
    birthOrRegistration: unread,
    passwordTwoDigits: unread,
  }),
]);

/** Where a buyer of a virtual-account payment sends the money. */
export const virtualAccount = z.object({
  accountNumber: z.string(),
  /** The provider's two-character code of the bank. */
  bankCode: z.string(),
  /** Until when the deposit is awaited. */
  dueDate: z.iso.datetime({ offset: true }),
});

export const payment = z.object({
  paymentId: z.uuid(),
  orderId: z.uuid(),
  attempt,
  paymentStatus,
  /** Why it was rejected, as the provider's code, or why an attempt was abandoned. */
  reason: z.string().optional(),
  /** Present while a deposit is awaited. */
  virtualAccount: virtualAccount.optional(),
});
export type Payment = z.infer<typeof payment>;

const attemptKey = z.strictObject({ orderId: z.uuid(), attempt });

/** Charges. The database allows one live attempt per order, whatever anybody calls. */
export const paymentContract = contract(
  'payment',
  { version: '1.0.0' },
  {
    make_payment: unary({
      summary: 'Charges one attempt of an order; the same (orderId, attempt) again answers what is stored.',
      input: makePaymentInput,
      output: payment,
      effect: 'idempotent',
      timeoutMs: 10_000,
      errors: {
        attempt_abandoned: reason('failed_precondition', nothing),
        attempt_conflict: reason('aborted', z.object({ field: z.string() })),
        order_has_live_attempt: reason('failed_precondition', z.object({ attempt, paymentStatus })),
        card_invalid: reason('invalid_argument', z.object({ fields: z.array(z.string()) })),
        payment_method_unsupported: reason('unimplemented', z.object({ paymentMethod })),
        payment_provider_error: reason('failed_precondition', nothing),
      },
    }),
    get_payment: unary({
      summary: 'What is known of an attempt, or of the latest one; asks nobody else.',
      input: z.strictObject({ orderId: z.uuid(), attempt: attempt.optional() }),
      output: payment,
      effect: 'read',
      timeoutMs: 2_000,
      errors: { payment_not_found: reason('not_found', nothing) },
    }),
    cancel_payment: unary({
      summary: 'Refunds an approved attempt in full, or closes one that awaits a deposit; again, answers the same.',
      input: z.strictObject({ orderId: z.uuid(), attempt, reason: z.string().trim().min(1).max(200) }),
      output: payment,
      effect: 'idempotent',
      timeoutMs: 10_000,
      errors: {
        payment_not_found: reason('not_found', nothing),
        payment_not_cancelable: reason('failed_precondition', z.object({ paymentStatus })),
        payment_provider_error: reason('failed_precondition', nothing),
      },
    }),
    confirm_deposit: unary({
      summary:
        'Takes the notice of the provider about a virtual account, checks its secret and then asks the provider itself.',
      input: z.strictObject({
        /** The order as the provider knows it. */
        providerOrderId: z.string().regex(/^[A-Za-z0-9_-]{6,64}$/),
        secret: z.string().min(1).max(200),
        status: z.string().min(1).max(40),
      }),
      output: payment,
      effect: 'idempotent',
      timeoutMs: 10_000,
      errors: {
        payment_not_found: reason('not_found', nothing),
        deposit_not_verified: reason('permission_denied', nothing),
      },
    }),
    abandon_attempt: unary({
      summary: 'Gives an attempt up: one that never started leaves a tombstone, so that a late request is refused.',
      input: attemptKey,
      output: payment,
      effect: 'idempotent',
      timeoutMs: 3_000,
      errors: { attempt_in_flight: reason('failed_precondition', z.object({ paymentStatus })) },
    }),
  },
);
