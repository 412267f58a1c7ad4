import type { AnySchema } from './schema.ts';

/** A JSON Schema of draft 2020-12. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/**
 * Makes the JSON Schema of what a schema takes (`input`) or hands on (`output`); undefined when it cannot. For
 * validators without the Standard JSON Schema interface.
 */
export type ToJsonSchema = (schema: AnySchema, side: 'input' | 'output') => JsonSchema | undefined;

/** The interface by which zod ≥ 4.2 and others give their JSON Schema. @see https://standardschema.dev/json-schema */
interface StandardJsonSchema {
  readonly jsonSchema?: {
    readonly [side in 'input' | 'output']: (options: {
      readonly target: 'draft-2020-12';
      readonly libraryOptions: Readonly<Record<string, unknown>>;
    }) => JsonSchema;
  };
}

/** By the Standard JSON Schema interface. What JSON cannot say, such as a date, stands there as anything. */
export const standardJsonSchema: ToJsonSchema = (schema, side) => {
  const { jsonSchema } = schema['~standard'] as StandardJsonSchema;
  return jsonSchema?.[side]({ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } });
};
