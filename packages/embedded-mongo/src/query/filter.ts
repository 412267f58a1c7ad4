import { BSONRegExp } from 'bson';
import { Context } from 'mingo/core';
import * as expressionOperators from 'mingo/operators/expression';
import * as queryOperators from 'mingo/operators/query';
import { Query } from 'mingo/query';
import { CommandError } from '../errors.ts';
import { type BsonDocument, isDocument } from './bson-document.ts';
import { assertExpression } from './expression-guard.ts';
import { BSON_COMPARISONS, TYPE_ALIASES } from './filter-operators.ts';
import { promote, regexpOf, toRegExp } from './promote.ts';

/** A compiled query predicate. */
export interface Filter {
  readonly matches: (document: BsonDocument) => boolean;
  /** True when every document matches, so none needs to be looked at. */
  readonly matchesAll: boolean;
}

/** mingo's own name for this type is not exported. */
type QueryOps = NonNullable<NonNullable<Parameters<typeof Context.init>[0]>['query']>;

/** mingo with the comparisons of BSON; what is named here first wins. */
export const QUERY_CONTEXT = Context.from(
  Context.init({ query: BSON_COMPARISONS as unknown as QueryOps }),
  Context.init({ query: queryOperators, expression: expressionOperators }),
);

const FIELD_OPERATORS = new Set(
  '$eq $ne $gt $gte $lt $lte $in $nin $exists $type $mod $regex $options $not $elemMatch $size $all $bitsAllClear $bitsAllSet $bitsAnyClear $bitsAnySet'.split(
    ' ',
  ),
);
const REFUSED = new Set(['$where', '$jsonSchema', '$text', '$function']);

/**
 * Compiles a query.
 * @throws {CommandError} `BadValue` for a malformed query or an unknown operator, `NotImplemented` for one MongoDB has
 * and this server has not (`$where`, `$text`, `$jsonSchema`).
 */
export function compileFilter(filter: BsonDocument): Filter {
  const condition = prepareQuery(filter);
  if (Object.keys(condition).length === 0) return { matches: () => true, matchesAll: true };
  try {
    const query = new Query(condition, { context: QUERY_CONTEXT, scriptEnabled: false });
    return { matches: (document) => query.test(promote(document) as BsonDocument), matchesAll: false };
  } catch (cause) {
    throw cause instanceof CommandError ? cause : new CommandError('BadValue', messageOf(cause));
  }
}

/** Compiles the condition of `$pull` or `$elemMatch`: a query on the fields of an element, or operators on the element itself. */
export function compileElementFilter(condition: unknown): (element: unknown) => boolean {
  if (isDocument(condition) && !hasOperators(condition)) {
    const filter = compileFilter(condition);
    return (element) => isDocument(element) && filter.matches(element);
  }
  const filter = compileFilter({ element: condition });
  return (element) => filter.matches({ element });
}

/** Whether an operand is made of operators (`{$gt: 1}`) and not a value to be equal to. */
export function hasOperators(value: unknown): value is BsonDocument {
  if (!isDocument(value)) return false;
  const first = Object.keys(value)[0];
  return first?.startsWith('$') === true && !['$ref', '$id', '$db'].includes(first);
}

/** Checks a query and puts it in the form mingo compiles. */
export function prepareQuery(filter: BsonDocument): BsonDocument {
  const prepared: BsonDocument = {};
  for (const [name, operand] of Object.entries(filter)) {
    if (name === '$comment') continue;
    if (REFUSED.has(name)) throw notImplemented(name);
    if (name === '$and' || name === '$or' || name === '$nor') {
      prepared[name] = prepareClauses(name, operand);
    } else if (name === '$expr') {
      assertExpression(operand);
      prepared[name] = promote(operand);
    } else if (name.startsWith('$')) {
      throw new CommandError('BadValue', `unknown top level operator: ${name}`);
    } else if (name.split('.').includes('__proto__')) {
      throw new CommandError('BadValue', `field name is not supported: ${name}`);
    } else {
      prepared[name] = prepareOperand(operand);
    }
  }
  return prepared;
}

function prepareClauses(name: string, clauses: unknown): BsonDocument[] {
  if (!Array.isArray(clauses)) throw new CommandError('BadValue', `${name} must be an array`);
  if (clauses.length === 0) throw new CommandError('BadValue', '$and/$or/$nor must be a nonempty array');
  return clauses.map((clause) => {
    if (!isDocument(clause)) throw new CommandError('BadValue', '$or/$and/$nor entries need to be full objects');
    return prepareQuery(clause);
  });
}

function prepareOperand(operand: unknown): unknown {
  if (operand instanceof BSONRegExp) return { $regex: regexpOf(operand) };
  if (!hasOperators(operand)) return { $eq: promote(operand) };
  const prepared: BsonDocument = {};
  for (const [operator, value] of Object.entries(operand)) {
    if (REFUSED.has(operator)) throw notImplemented(operator);
    if (!FIELD_OPERATORS.has(operator)) throw new CommandError('BadValue', `unknown operator: ${operator}`);
    if (operator !== '$options') prepared[operator] = prepareOperator(operator, value, operand);
    else if (!('$regex' in operand)) throw new CommandError('BadValue', '$options needs a $regex');
  }
  return prepared;
}

function prepareOperator(operator: string, value: unknown, operand: BsonDocument): unknown {
  switch (operator) {
    case '$in':
    case '$nin':
      if (!Array.isArray(value)) throw new CommandError('BadValue', `${operator} needs an array`);
      return value.map((item) => (item instanceof BSONRegExp ? regexpOf(item) : promote(item)));
    case '$all':
      return prepareAll(value);
    case '$regex': {
      const flags = typeof operand.$options === 'string' ? operand.$options : undefined;
      if (value instanceof BSONRegExp) return toRegExp(value.pattern, flags ?? value.options);
      if (typeof value !== 'string') throw new CommandError('BadValue', '$regex has to be a string');
      return toRegExp(value, flags ?? '');
    }
    case '$not':
      if (value instanceof BSONRegExp) return { $regex: regexpOf(value) };
      if (!hasOperators(value)) throw new CommandError('BadValue', '$not needs a regex or a document');
      return prepareOperand(value);
    case '$elemMatch':
      if (!isDocument(value)) throw new CommandError('BadValue', '$elemMatch needs an Object');
      return hasOperators(value) && !('$and' in value || '$or' in value || '$nor' in value)
        ? prepareOperand(value)
        : prepareQuery(value);
    case '$type':
      return prepareTypes(value);
    case '$size': {
      const size = promote(value);
      if (!Number.isInteger(size) || Number(size) < 0) {
        throw new CommandError('BadValue', 'Failed to parse $size. Expected a non-negative number');
      }
      return size;
    }
    case '$mod': {
      const parts = promote(value);
      if (!Array.isArray(parts) || parts.length !== 2 || !parts.every((part) => typeof part === 'number')) {
        throw new CommandError('BadValue', 'malformed mod, needs to be an array of two numbers');
      }
      if (parts[0] === 0) throw new CommandError('BadValue', 'divisor cannot be 0');
      return parts.map(Math.trunc);
    }
    default:
      if (value instanceof BSONRegExp && operator !== '$eq' && operator !== '$ne') {
        throw new CommandError('BadValue', `can't have RegEx as arg to predicate over field with ${operator}`);
      }
      return promote(value);
  }
}

function prepareAll(value: unknown): unknown {
  if (!Array.isArray(value)) throw new CommandError('BadValue', '$all needs an array');
  return value.map((item) => {
    if (item instanceof BSONRegExp) return regexpOf(item);
    if (hasOperators(item)) return prepareOperand(item);
    return promote(item);
  });
}

function prepareTypes(value: unknown): number[] {
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    const alias = String(promote(item));
    const rank = TYPE_ALIASES[alias];
    if (rank !== undefined) return rank;
    if (['int', 'long', 'double', 'decimal', '1', '16', '18', '19'].includes(alias)) {
      throw new CommandError('NotImplemented', `$type '${alias}' is not supported: use 'number'`);
    }
    throw new CommandError('BadValue', `Unknown type name alias: ${alias}`);
  });
}

function notImplemented(name: string): CommandError {
  return new CommandError('NotImplemented', `${name} is not supported by the embedded document server`);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
