/**
 * The sum of prices in whole won, a product named twice counting twice.
 * Undefined beyond 2^53 - 1, where a sum would no longer be exact: no amount equals it.
 */
export const totalOf = (items: readonly { readonly price: number }[]): number | undefined => {
  let total = 0;
  for (const { price } of items) {
    total += price;
    if (!Number.isSafeInteger(total)) return undefined;
  }
  return total;
};
