import { productContract } from '@shop/contracts';
import { contract, unary } from 'cmdrpc/contract';
import { z } from 'zod';

const text = z.strictObject({ text: z.string() });

const order = z.strictObject({
  orderId: z.uuid(),
  userId: z.uuid(),
  status: z.string(),
  totalAmount: z.int().min(0),
  discountRate: z.number().min(0).max(1),
  gift: z.boolean(),
  note: z.string(),
  coupon: z.string().nullable(),
  address: z.strictObject({
    name: z.string(),
    street: z.string(),
    city: z.string(),
    postalCode: z.string(),
    country: z.string(),
  }),
  items: z.array(z.strictObject({ id: z.uuid(), name: z.string(), price: z.int(), quantity: z.int().min(1) })),
  history: z.array(z.strictObject({ at: z.iso.datetime(), from: z.string().nullable(), to: z.string() })),
});

/** The shop's own contract where there is one, and two echoes; validated both ways, as users would have it. */
export const benchContract = contract(
  'bench',
  { version: '1.0.0' },
  {
    get_products_info: productContract.commands.get_products_info,
    echo_text: unary({ input: text, output: text, effect: 'read' }),
    echo_order: unary({ input: order, output: order, effect: 'read' }),
  },
);
