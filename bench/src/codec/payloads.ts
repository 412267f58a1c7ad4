import type { z } from 'zod';
import { benchContract } from '../rpc/targets/contract.ts';
import { object1kb } from '../workloads/object.ts';
import { products } from '../workloads/products.ts';
import { text100kb } from '../workloads/text.ts';

export interface Payload {
  readonly name: string;
  readonly value: unknown;
  /** What a contract would say of it. */
  readonly schema: z.ZodType;
}

const { get_products_info, echo_order, echo_text } = benchContract.commands;

const ROWS = 1_000;

const row = (_: unknown, index: number) => ({
  id: `8cc28226-076e-4472-8b08-${String(index).padStart(12, '0')}`,
  name: index % 2 === 0 ? `USB-C 케이블 ${index}` : `Mouse pad ${index}`,
  price: 1_000 + index * 10,
});

export const PAYLOADS: readonly Payload[] = [
  { name: 'products-request', value: products.request, schema: get_products_info.input },
  { name: 'products-reply', value: products.answer(products.request), schema: get_products_info.output },
  { name: 'object-1kb', value: object1kb.request, schema: echo_order.input },
  // Below 64 Ki UTF-16 units: from there on V8 gives a string pages of its own.
  { name: 'text-80kb', value: { text: text100kb.request.text.slice(0, 58_000) }, schema: echo_text.input },
  { name: 'text-100kb', value: text100kb.request, schema: echo_text.input },
  { name: 'list-1000', value: Array.from({ length: ROWS }, row), schema: get_products_info.output },
];
