import {
  address,
  cardFields,
  credentials as credentialsInput,
  cursor,
  order as orderSchema,
  productIds,
  product as productSchema,
  refreshTokenInput,
  registration as registrationInput,
  tokens as tokensSchema,
  won,
} from '@shop/contracts';
import { z } from 'zod';

/** Card details as the demonstration's own request has them; no number that could be somebody's. */
const EXAMPLE_PAYMENT = {
  paymentMethod: 'CreditCard',
  paymentName: '홍길동',
  cardNumber: '123123',
  expiryYear: '26',
  expiryMonth: '12',
  birthOrRegistration: '9',
  passwordTwoDigits: '12',
  amount: 3000,
} as const;

const cableId = '8cc28226-076e-4472-8b08-4e5c2b51ebc5';
const padId = '39a9fe98-091a-4dba-a314-195fea19f48c';

const EXAMPLE_ADDRESS = {
  name: '홍길동',
  street: '세종대로 110',
  city: '서울',
  postalCode: '04524',
  country: 'KR',
};

const { paymentMethod: _method, paymentName, ...cardOnly } = cardFields;

/** A card is charged; a virtual account is opened, and needs no card. */
const payment = z.discriminatedUnion('paymentMethod', [
  z.strictObject({ paymentMethod: z.literal('CreditCard'), paymentName, ...cardOnly, amount: won }),
  z.strictObject({
    paymentMethod: z.literal('VirtualAccount'),
    paymentName,
    ...z.strictObject(cardOnly).partial().shape,
    amount: won,
  }),
]);

/** Body of `POST /order`. */
export const placeOrderBody = z.strictObject({ productIds, address, payment }).meta({
  id: 'PlaceOrder',
  examples: [{ productIds: [cableId, padId], address: EXAMPLE_ADDRESS, payment: EXAMPLE_PAYMENT }],
});

/** Body of `POST /order/:orderId/payment`. */
export const retryPaymentBody = z
  .strictObject({ payment })
  .meta({ id: 'RetryPayment', examples: [{ payment: EXAMPLE_PAYMENT }] });

/** Body of a `DEPOSIT_CALLBACK`. The provider adds fields as it likes, so what is not named is let through and dropped. */
export const depositNotice = z
  .object({
    orderId: z.string().regex(/^[A-Za-z0-9_-]{6,64}$/),
    secret: z.string().min(1).max(200),
    status: z.string().min(1).max(40),
  })
  .meta({
    id: 'DepositNotice',
    examples: [
      { createdAt: '2026-11-23T15:00:00.000000', orderId: 'as-the-provider-knows-it', secret: 'ps_…', status: 'DONE' },
    ],
  });

export const received = z.object({ received: z.literal(true) }).meta({ id: 'Received' });

/** Path of one order. Upper case is the same id (RFC 9562 §4). */
export const orderParams = z.strictObject({
  orderId: z.uuid().toLowerCase().meta({ description: 'as POST /order gave it, also in Location' }),
});

const LIMIT_MESSAGE = { en: 'must be a whole number from 1 to 100', ko: '1 이상 100 이하의 정수여야 합니다' };

/** Query of every list. A query string holds text, so the number is read here and nowhere by itself. */
export const pageQuery = z.strictObject({
  cursor: cursor.optional().meta({ description: 'page.nextCursor of the page before' }),
  limit: z
    .any()
    .transform((value: unknown, ctx): number => {
      const limit = typeof value === 'string' && /^[1-9][0-9]{0,2}$/.test(value) ? Number(value) : 0;
      if (limit < 1 || limit > 100) ctx.addIssue({ code: 'custom', params: LIMIT_MESSAGE });
      return limit;
    })
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: 100, description: 'entries a page; 20 unless said' }),
});

/** Entries a page where the query does not say. */
export const DEFAULT_PAGE_LIMIT = 20;

const page = z.object({ nextCursor: cursor.optional() });

const EXAMPLE_ORDER = {
  orderId: '01930e5c-7d4a-7c3e-8b1f-5a2d9c4e6f70',
  status: 'paymentProcessed',
  items: [
    { productId: cableId, name: 'USB-C 케이블', price: 1000 },
    { productId: padId, name: '마우스 패드', price: 2000 },
  ],
  totalAmount: 3000,
  address: EXAMPLE_ADDRESS,
  payment: { method: 'CreditCard', status: 'Approved', last4: '3123' },
  attempt: 1,
  history: [
    { at: '2026-11-23T06:00:00.000Z', from: null, to: 'created' },
    { at: '2026-11-23T06:00:00.000Z', from: 'created', to: 'paymentPending' },
    { at: '2026-11-23T06:00:00.120Z', from: 'paymentPending', to: 'paymentProcessed' },
  ],
  createdAt: '2026-11-23T06:00:00.000Z',
  updatedAt: '2026-11-23T06:00:00.120Z',
} as const;

/** An order as its owner reads it. */
export const order = orderSchema.clone().meta({ id: 'Order', examples: [EXAMPLE_ORDER] });

export const orderPage = z.object({ data: z.array(order), page }).meta({ id: 'OrderPage' });

const product = productSchema
  .clone()
  .meta({ id: 'Product', examples: [{ id: cableId, name: 'USB-C 케이블', price: 1000 }] });

export const productPage = z.object({ data: z.array(product), page }).meta({ id: 'ProductPage' });

export const registration = registrationInput.clone().meta({
  id: 'Registration',
  examples: [{ email: 'user@example.com', password: 'a long sentence is best', name: '홍길동' }],
});

export const credentials = credentialsInput
  .clone()
  .meta({ id: 'Credentials', examples: [{ email: 'user@example.com', password: 'a long sentence is best' }] });

export const refreshToken = refreshTokenInput
  .clone()
  .meta({ id: 'RefreshToken', examples: [{ refreshToken: 'as the login gave it' }] });

export const tokens = tokensSchema.clone().meta({
  id: 'Tokens',
  examples: [{ accessToken: 'header.payload.signature', refreshToken: 'opaque', tokenType: 'Bearer', expiresIn: 900 }],
});

export const liveness = z.object({ status: z.literal('ok') }).meta({ id: 'Liveness' });

/** What a process needs itself decides `status`; peers are told and do not: one being down must not take all out. */
export const readiness = z
  .object({
    status: z.enum(['ready', 'notReady', 'stopping']),
    mongo: z.enum(['up', 'down']),
    peers: z.object({ user: z.string(), product: z.string(), payment: z.string() }),
  })
  .meta({ id: 'Readiness' });

/** RFC 9457, with this API's members. */
export const problemDetails = z
  .object({
    type: z.string().meta({ description: 'urn:problem-type:shop: and the code' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'Korean or English by Accept-Language' }),
    instance: z.string(),
    code: z.string(),
    requestId: z.string().meta({ description: 'as X-Request-Id' }),
    orderId: z.uuid().optional(),
    orderStatus: z.string().optional(),
    reason: z.string().optional().meta({ description: 'why a payment was declined, as the provider names it' }),
    missing: z.array(z.string()).optional().meta({ description: 'product ids that do not exist' }),
    totalAmount: won.optional(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
