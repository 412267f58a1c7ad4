import { contract, reason, unary } from 'cmdrpc/contract';
import { z } from 'zod';
import { won } from './shared/money.ts';
import { cursor, pageLimit } from './shared/paging.ts';

export const product = z.object({ id: z.uuid(), name: z.string(), price: won });

/** One entry per unit bought: an id named twice is a quantity of two. */
export const productIds = z.array(z.uuid()).min(1).max(100);

/** The catalogue. */
export const productContract = contract(
  'product',
  { version: '1.0.0' },
  {
    get_products_info: unary({
      summary: 'Names and prices, one entry per id asked and in that order.',
      input: z.strictObject({ productIds }),
      output: z.array(product),
      effect: 'read',
      timeoutMs: 3_000,
      errors: { product_not_found: reason('not_found', z.object({ missing: z.array(z.uuid()) })) },
    }),
    list_products: unary({
      summary: 'The catalogue by pages, newest first.',
      input: z.strictObject({ cursor: cursor.optional(), limit: pageLimit }),
      output: z.object({ products: z.array(product), nextCursor: cursor.optional() }),
      effect: 'read',
      timeoutMs: 3_000,
      errors: { cursor_invalid: reason('invalid_argument', z.strictObject({})) },
    }),
  },
);
