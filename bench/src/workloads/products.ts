import { deepStrictEqual } from 'node:assert/strict';
import type { Workload } from './workload.ts';

interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
}

/** The two products of the seed order. */
const CATALOGUE: readonly Product[] = [
  { id: '8cc28226-076e-4472-8b08-4e5c2b51ebc5', name: 'USB-C 케이블', price: 1000 },
  { id: '39a9fe98-091a-4dba-a314-195fea19f48c', name: '마우스 패드', price: 2000 },
];

const byId = new Map(CATALOGUE.map((product) => [product.id, product]));

export interface ProductsAsked {
  readonly productIds: string[];
}

/** The command an order starts with. */
export const products: Workload<ProductsAsked, Product[]> = {
  name: 'products',
  summary: 'get_products_info: two ids asked, two products answered from memory',
  cmd: 'get_products_info',
  request: { productIds: CATALOGUE.map(({ id }) => id) },
  answer: ({ productIds }) =>
    productIds.map((id) => {
      const product = byId.get(id);
      if (product === undefined) throw new Error(`no product ${id}`);
      return { id: product.id, name: product.name, price: product.price };
    }),
  check(answer) {
    if (!Array.isArray(answer) || answer.length !== 2) throw new Error('answer is not the two products asked for');
  },
  // Decoders may leave class instances behind (protobuf does); what they say is compared.
  verify: (answer) => deepStrictEqual(JSON.parse(JSON.stringify(answer)), CATALOGUE),
};
