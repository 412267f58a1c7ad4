import type { JsonSchema } from '../contract/json-schema.ts';
import { facetProblems } from './facets.ts';
import { fieldProblems, fieldsOf } from './fields.ts';
import { asksForHarm, boundsLevel, differs, type Problem, type Question, shown } from './question.ts';

/** Keywords this comparison does not reason about: schemas that have them are the same or unknown. */
const OPAQUE = ['allOf', 'not', 'if', 'then', 'else', 'contains', 'dependentSchemas', 'dependentRequired'];

/** Every reason why a value of the narrow schema may not be one of the wide schema. Empty when it always is. */
export const coverage = (question: Question): readonly Problem[] =>
  new Coverage(question).compare(question.wide, question.narrow, '');

class Coverage {
  readonly #question: Question;
  /** Pairs of references being compared: a recursive schema meets itself and holds if everything else does. */
  readonly #open = new Set(['# #']);

  constructor(question: Question) {
    this.#question = question;
  }

  compare(wide: JsonSchema, narrow: JsonSchema, path: string): Problem[] {
    if (typeof wide.$ref === 'string' || typeof narrow.$ref === 'string') {
      const pair = `${identity(wide)} ${identity(narrow)}`;
      if (this.#open.has(pair)) return [];
      this.#open.add(pair);
      const { wide: wideRoot, narrow: narrowRoot } = this.#question;
      const problems = this.compare(resolved(wide, wideRoot), resolved(narrow, narrowRoot), path);
      this.#open.delete(pair);
      return problems;
    }
    if (isAnything(wide) || isNothing(narrow)) return [];
    if (isAnything(narrow)) return [differs(this.#question, 'breaking', path, 'type', wide.type, 'anything')];
    const ways = alternatives(wide, this.#question.wide);
    const cases = alternatives(narrow, this.#question.narrow);
    const [way] = ways;
    const [only] = cases;
    if (way !== undefined && only !== undefined && ways.length === 1 && cases.length === 1) {
      return this.#one(way, only, path);
    }
    return cases.flatMap((one) => this.#anyOf(ways, one, path));
  }

  /** One case of the narrow schema against all that the wide one offers. */
  #anyOf(ways: readonly JsonSchema[], one: JsonSchema, path: string): Problem[] {
    let akin: Problem[] | undefined;
    for (const way of ways) {
      const problems = this.#one(way, one, path);
      if (problems.every(({ level }) => level === 'safe')) return problems;
      if (isAkin(way, one) && (akin === undefined || problems.length < akin.length)) akin = problems;
    }
    if (akin !== undefined) return akin;
    const facet = `alternative ${nameOf(one)}`;
    const message = `${facet} ${this.#question.wideIsBefore ? 'added' : 'removed'}`;
    return [{ level: 'breaking', path, facet, message }];
  }

  #one(wide: JsonSchema, narrow: JsonSchema, path: string): Problem[] {
    const question = this.#question;
    if (OPAQUE.some((keyword) => wide[keyword] !== undefined || narrow[keyword] !== undefined)) {
      if (JSON.stringify(wide) === JSON.stringify(narrow)) return [];
      return [{ level: 'risky', path, facet: 'shape', message: 'changed in a way that cannot be judged' }];
    }
    const [wideValues, narrowValues] = [valuesOf(wide), valuesOf(narrow)];
    if (wideValues !== undefined) {
      if (narrowValues === undefined) return [differs(question, 'breaking', path, 'values', wideValues, narrow.type)];
      return narrowValues
        .filter((value) => !wideValues.includes(value))
        .map((value) => {
          const facet = `value ${shown(value)}`;
          return { level: 'breaking', path, facet, message: `${facet} ${question.wideIsBefore ? 'added' : 'removed'}` };
        });
    }
    if (!typeCovers(wide.type, typeOf(narrow))) {
      return [differs(question, 'breaking', path, 'type', wide.type, typeOf(narrow))];
    }
    if (narrowValues !== undefined) return [];
    return [...facetProblems(question, wide, narrow, path), ...this.#parts(wide, narrow, path)];
  }

  #parts(wide: JsonSchema, narrow: JsonSchema, path: string): Problem[] {
    if (narrow.type === 'object') return this.#fields(wide, narrow, path);
    if (narrow.type !== 'array') return [];
    const problems = this.compare(schemaOr(wide.items), schemaOr(narrow.items), `${path}[]`);
    const [ways, cases] = [listOf(wide.prefixItems), listOf(narrow.prefixItems)];
    if (ways.length !== cases.length) {
      problems.push(differs(this.#question, 'breaking', path, 'tuple length', ways.length, cases.length));
    }
    for (const [at, one] of cases.entries()) problems.push(...this.compare(schemaOr(ways[at]), one, `${path}[${at}]`));
    return problems;
  }

  #fields(wide: JsonSchema, narrow: JsonSchema, path: string): Problem[] {
    const problems = asksForHarm(this.#question) ? fieldProblems(this.#question, wide, narrow, path) : [];
    const ways = fieldsOf(wide);
    for (const [name, field] of Object.entries(fieldsOf(narrow))) {
      const way = ways[name];
      if (way !== undefined) problems.push(...this.compare(way, field, `${path}/${name}`));
    }
    const [rest, given] = [wide.additionalProperties, narrow.additionalProperties];
    if (isSchema(rest) && given !== false) {
      problems.push(...this.compare(rest, schemaOr(given), `${path}/*`));
    } else if (rest === false && given !== false && this.#question.direction === 'input') {
      const level = isSchema(given) ? 'breaking' : 'risky';
      problems.push(differs(this.#question, level, path, 'fields of other names', 'refused', 'taken'));
    }
    if (isSchema(wide.propertyNames)) {
      const names = isSchema(narrow.propertyNames) ? narrow.propertyNames : { type: 'string' };
      for (const { facet, message } of this.compare(wide.propertyNames, names, path)) {
        problems.push({
          level: boundsLevel(this.#question),
          path,
          facet: `names ${facet}`,
          message: `names: ${message}`,
        });
      }
    }
    return problems;
  }
}

const identity = (schema: JsonSchema): string =>
  typeof schema.$ref === 'string' ? schema.$ref : JSON.stringify(schema);

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

/** An absent part takes anything. */
const schemaOr = (value: unknown): JsonSchema => (isSchema(value) ? value : {});

const listOf = (value: unknown): readonly JsonSchema[] => (Array.isArray(value) ? value : []);

/** Follows references into the same document; one that leads nowhere is anything. */
const resolved = (schema: JsonSchema, root: JsonSchema): JsonSchema => {
  let found: unknown = schema;
  for (let hops = 0; isSchema(found) && typeof found.$ref === 'string' && hops < 32; hops += 1) {
    const steps = found.$ref
      .replace(/^#\/?/, '')
      .split('/')
      .filter((step) => step !== '');
    found = steps.reduce<unknown>((at, step) => {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      return isSchema(at) ? at[name] : undefined;
    }, root);
  }
  return schemaOr(found);
};

/** What a schema may be, one entry each. */
const alternatives = (schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] => {
  const union = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(union)) {
    return union.flatMap((entry: JsonSchema) => alternatives(resolved(entry, root), root));
  }
  return Array.isArray(schema.type) ? schema.type.map((type: unknown) => ({ ...schema, type })) : [schema];
};

const CONSTRAINTS = ['type', 'enum', 'const', 'anyOf', 'oneOf', '$ref', ...OPAQUE];
const isAnything = (schema: JsonSchema): boolean => CONSTRAINTS.every((keyword) => schema[keyword] === undefined);
const isNothing = ({ not }: JsonSchema): boolean => isSchema(not) && Object.keys(not).length === 0;

const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : undefined;

const typeOf = (schema: JsonSchema): unknown => {
  if (schema.type !== undefined) return schema.type;
  const [first] = valuesOf(schema) ?? [];
  return first === null ? 'null' : typeof first;
};

const typeCovers = (wide: unknown, narrow: unknown): boolean =>
  wide === undefined || wide === narrow || (wide === 'number' && narrow === 'integer');

/** Whether one is likely to be what became of the other: the same tag, or the same type where there is no tag. */
const isAkin = (a: JsonSchema, b: JsonSchema): boolean => {
  if (typeOf(a) !== typeOf(b)) return false;
  if (a.type !== 'object') return valuesOf(a) === undefined && valuesOf(b) === undefined;
  return tagOf(a) === tagOf(b);
};

/** The fixed fields of an object, by which the members of a union are told apart. */
const tagOf = (schema: JsonSchema): string =>
  Object.entries(fieldsOf(schema))
    .filter(([, field]) => 'const' in field)
    .map(([name, field]) => `${name}=${shown(field.const)}`)
    .join(',');

const nameOf = (schema: JsonSchema): string => {
  const values = valuesOf(schema);
  if (values !== undefined) return values.map(shown).join('|');
  const tag = schema.type === 'object' ? tagOf(schema) : '';
  return tag === '' ? shown(schema.type) : `object(${tag})`;
};
