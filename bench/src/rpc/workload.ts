import { deepStrictEqual } from 'node:assert/strict';

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
}

/** The two products of the seed order. */
const CATALOGUE: readonly Product[] = [
  { id: '8cc28226-076e-4472-8b08-4e5c2b51ebc5', name: 'USB-C 케이블', price: 1000 },
  { id: '39a9fe98-091a-4dba-a314-195fea19f48c', name: '마우스 패드', price: 2000 },
];

/** What each call asks. */
export const ASKED = { productIds: CATALOGUE.map(({ id }) => id) };

const byId = new Map(CATALOGUE.map((product) => [product.id, product]));

/** What each server does with it: a look-up in memory, so that the transport is what is measured. */
export const lookUp = (productIds: readonly string[]): Product[] =>
  productIds.map((id) => {
    const product = byId.get(id);
    if (product === undefined) throw new Error(`no product ${id}`);
    return { id: product.id, name: product.name, price: product.price };
  });

/** @throws when an answer is not the whole and right one. */
export const verify = (answer: unknown): void => deepStrictEqual(JSON.parse(JSON.stringify(answer)), CATALOGUE);
