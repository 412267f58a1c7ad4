/**
 * The validator interface that zod 4, valibot and arktype share; the library needs no validator of its own.
 * @see https://standardschema.dev
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a caller writes. */
export type InputOf<S> = S extends Schema<infer I, unknown> ? I : never;
/** What validation hands on. */
export type OutputOf<S> = S extends Schema<infer _I, infer O> ? O : never;

// biome-ignore lint/suspicious/noExplicitAny: a schema of anything; variance allows no narrower bound
export type AnySchema = Schema<any, any>;
