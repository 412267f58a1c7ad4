import type { Shape, ShapeField } from '../core/shape.ts';
import type { JsonSchema } from './json-schema.ts';

/** Fields whose absence can be said: bits of a whole number that every language has. */
const MAX_OPTIONAL = 31;
const MAX_FIELDS = 1_000;

/** Keywords that bound or describe values and leave their form as it is. */
const HARMLESS = new Set([
  ...['type', 'format', 'pattern', 'minLength', 'maxLength', 'contentEncoding', 'contentMediaType', 'default'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minItems', 'maxItems'],
  ...['$schema', '$id', 'id', 'title', 'description', 'examples', 'deprecated', '$comment', 'readOnly', 'writeOnly'],
]);

const onlyHas = (schema: JsonSchema, ...keywords: readonly string[]): boolean =>
  Object.keys(schema).every((keyword) => HARMLESS.has(keyword) || keywords.includes(keyword));

/**
 * The shape of every value that fits a JSON Schema; undefined when the schema leaves the form open, or says it in a way
 * that is not among those below. Both sides of a connection derive it from the same schema, so this is protocol: a
 * form more is a new feature name in the greeting.
 * @see docs/wire-native.md, "Positional payloads"
 */
export const shapeOf = (schema: JsonSchema): Shape | undefined => {
  const { type } = schema;
  if (Array.isArray(type)) {
    const others = type.filter((name) => name !== 'null');
    return type.length === 2 && others.length === 1 ? nullable(shapeOf({ ...schema, type: others[0] })) : undefined;
  }
  if (Array.isArray(schema.anyOf) && onlyHas(schema, 'anyOf')) return anyOf(schema.anyOf as JsonSchema[]);
  switch (type) {
    case 'string':
      return string(schema);
    case 'integer':
    case 'number':
    case 'boolean':
      return onlyHas(schema) ? { kind: type } : undefined;
    case 'array':
      return array(schema);
    case 'object':
      return object(schema);
    default:
      return undefined;
  }
};

const nullable = (of: Shape | undefined): Shape | undefined =>
  of === undefined || of.kind === 'nullable' ? of : { kind: 'nullable', of };

/** What a validator makes of "or null" where the type has no name: `[{…}, {type: 'null'}]`. */
const anyOf = (branches: readonly JsonSchema[]): Shape | undefined => {
  const [first, second] = branches;
  if (branches.length !== 2 || first === undefined || second === undefined) return undefined;
  return second.type === 'null' && Object.keys(second).length === 1 ? nullable(shapeOf(first)) : undefined;
};

const string = (schema: JsonSchema): Shape | undefined => {
  if (onlyHas(schema)) return { kind: 'string' };
  const values = 'const' in schema ? [schema.const] : schema.enum;
  if (!onlyHas(schema, 'const', 'enum') || !Array.isArray(values)) return undefined;
  if (values.length === 0 || !values.every((value): value is string => typeof value === 'string')) return undefined;
  return { kind: 'oneOf', values: [...values].sort(byCodeUnit) };
};

const array = (schema: JsonSchema): Shape | undefined => {
  const { items } = schema;
  if (typeof items !== 'object' || items === null || Array.isArray(items)) return undefined;
  if (!onlyHas(schema, 'items')) return undefined;
  const of = shapeOf(items as JsonSchema);
  return of === undefined ? undefined : { kind: 'array', of };
};

const object = (schema: JsonSchema): Shape | undefined => {
  const { properties, required = [], additionalProperties = false } = schema;
  if (!onlyHas(schema, 'properties', 'required', 'additionalProperties') || additionalProperties !== false) {
    return undefined;
  }
  if (typeof properties !== 'object' || properties === null || !Array.isArray(required)) return undefined;
  const entries = Object.entries(properties as Readonly<Record<string, JsonSchema>>);
  const fields: ShapeField[] = [];
  for (const [name, property] of entries.sort(([a], [b]) => byCodeUnit(a, b))) {
    const shape = shapeOf(property);
    // A field of that name would be the prototype of what is read.
    if (shape === undefined || name === '__proto__') return undefined;
    fields.push({ name, optional: !required.includes(name), shape });
  }
  if (fields.length > MAX_FIELDS || fields.filter(({ optional }) => optional).length > MAX_OPTIONAL) return undefined;
  return { kind: 'object', fields };
};

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
