/** Either one product per id asked, or the ids that nothing is known of. */
export type LineUp<P> =
  | { readonly ok: true; readonly products: P[] }
  | { readonly ok: false; readonly missing: string[] };

/** Puts what was found in the order asked, an id as often as it was asked; names each unknown id once. */
export function lineUp<P extends { readonly id: string }>(asked: readonly string[], found: readonly P[]): LineUp<P> {
  const byId = new Map(found.map((product) => [product.id, product]));
  const missing = new Set<string>();
  const products = asked.flatMap((id) => {
    // The database writes ids in lower case whatever the caller wrote.
    const product = byId.get(id.toLowerCase());
    if (product === undefined) missing.add(id);
    return product ?? [];
  });
  return missing.size === 0 ? { ok: true, products } : { ok: false, missing: [...missing] };
}
