import { z } from 'zod';
import { orderIdField, refusedAs, text, won } from './request-fields.ts';
import { parseSeoulTime } from './seoul-time.ts';

/** How closely card data is looked at: a test key takes any digits, a live key the documented forms. */
export type CardStrictness = 'lenient' | 'strict';

const MIN_CARD_AMOUNT_WON = 100;
const MIN_INSTALLMENT_AMOUNT_WON = 50_000;
const MAX_INSTALLMENT_MONTHS = 12;

const someDigits = /^\d{1,20}$/;

const lenientCard = {
  cardNumber: digits(someDigits, 'INVALID_CARD_NUMBER'),
  cardExpirationYear: digits(someDigits, 'INVALID_CARD_EXPIRATION'),
  cardExpirationMonth: digits(someDigits, 'INVALID_CARD_EXPIRATION'),
  customerIdentityNumber: digits(someDigits, 'INVALID_CARD_IDENTITY'),
};

const strictCard = {
  cardNumber: digits(/^\d{13,20}$/, 'INVALID_CARD_NUMBER'),
  cardExpirationYear: digits(/^\d{2}$/, 'INVALID_CARD_EXPIRATION'),
  cardExpirationMonth: digits(/^(0[1-9]|1[0-2])$/, 'INVALID_CARD_EXPIRATION'),
  customerIdentityNumber: digits(/^(\d{6}|\d{10})$/, 'INVALID_CARD_IDENTITY').refine(
    (number) => number.length !== 6 || isBirthDay(number),
    { error: 'INVALID_BIRTH_DAY_FORMAT' },
  ),
};

const otherFields = {
  amount: won(MIN_CARD_AMOUNT_WON, 'BELOW_MINIMUM_AMOUNT'),
  orderId: orderIdField,
  orderName: text(100),
  cardPassword: digits(/^\d{2}$/, 'INVALID_CARD_PASSWORD').optional(),
  cardInstallmentPlan: z
    .int(refusedAs('INVALID_CARD_INSTALLMENT_PLAN'))
    .min(0, refusedAs('INVALID_CARD_INSTALLMENT_PLAN'))
    .max(MAX_INSTALLMENT_MONTHS, refusedAs('INVALID_CARD_INSTALLMENT_PLAN'))
    .refine((months) => months !== 1, refusedAs('INVALID_CARD_INSTALLMENT_PLAN'))
    .default(0),
  useFreeInstallmentPlan: z.boolean(refusedAs('INVALID_REQUEST')).default(false),
  useCardPoint: z.boolean(refusedAs('INVALID_REQUEST')).default(false),
  taxFreeAmount: won(0).default(0),
  customerEmail: z.email(refusedAs('INVALID_EMAIL')).max(100, refusedAs('INVALID_EMAIL')).optional(),
  customerName: text(100).optional(),
  customerIp: z.union([z.ipv4(), z.ipv6()], refusedAs('INVALID_REQUEST')).optional(),
};

const SCHEMAS = {
  lenient: withAmountRules(z.object({ ...otherFields, ...lenientCard })),
  strict: withAmountRules(z.object({ ...otherFields, ...strictCard })),
};

/** The body of a key-in approval; it lives in memory only. */
export type KeyInRequest = z.output<(typeof SCHEMAS)['lenient']>;

/** The field rules of `POST /v1/payments/key-in`. */
export function keyInSchema(strictness: CardStrictness): z.ZodType<KeyInRequest> {
  return SCHEMAS[strictness];
}

/** Tells whether a card is past the last day of its month on the Seoul clock. */
export function isExpired(year: string, month: string, nowMs: number): boolean {
  const nextMonth = Number(month) === 12 ? 1 : Number(month) + 1;
  const nextYear = 2000 + Number(year) + (nextMonth === 1 ? 1 : 0);
  const endMs = parseSeoulTime(`${nextYear}-${String(nextMonth).padStart(2, '0')}-01T00:00:00`);
  return endMs === undefined || nowMs >= endMs;
}

function digits(form: RegExp, code: Parameters<typeof refusedAs>[0]): z.ZodString {
  return z.string(refusedAs(code)).regex(form, refusedAs(code));
}

function withAmountRules<Fields extends { amount: number; cardInstallmentPlan: number; taxFreeAmount: number }>(
  schema: z.ZodType<Fields>,
): z.ZodType<Fields> {
  return schema
    .refine((fields) => fields.cardInstallmentPlan === 0 || fields.amount >= MIN_INSTALLMENT_AMOUNT_WON, {
      error: 'NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT',
    })
    .refine((fields) => fields.taxFreeAmount <= fields.amount, { error: 'INVALID_REQUEST' });
}

function isBirthDay(yymmdd: string): boolean {
  const month = Number(yymmdd.slice(2, 4));
  const day = Number(yymmdd.slice(4, 6));
  // The century is unknown, so 29 February is accepted in every year: 2000 is a leap year.
  const date = new Date(Date.UTC(2000, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
