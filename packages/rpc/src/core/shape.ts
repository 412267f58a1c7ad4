/** A field of an object whose fields are all known. */
export interface ShapeField {
  readonly name: string;
  readonly optional: boolean;
  readonly shape: Shape;
}

/**
 * How values of one schema are built, without what they may not be: enough to lay them out in bytes without naming
 * fields. Whether a value is allowed is the contract's business.
 */
export type Shape =
  | { readonly kind: 'string' | 'integer' | 'number' | 'boolean' }
  /** One of a list of texts, which travels as its index. */
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  | { readonly kind: 'nullable'; readonly of: Shape }
  | { readonly kind: 'array'; readonly of: Shape }
  /** In the order of their names by UTF-16 code unit, which is the order they travel in. */
  | { readonly kind: 'object'; readonly fields: readonly ShapeField[] };
