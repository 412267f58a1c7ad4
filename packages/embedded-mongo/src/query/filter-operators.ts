import { Long } from 'bson';
import { Query } from 'mingo/query';
import type { Options } from 'mingo/types';
import { isDocument } from './bson-document.ts';
import { compareBson, equalBson, TYPE_RANK, typeRank } from './compare.ts';
import { candidates, valuesAt } from './path.ts';

/** The shape of a mingo query operator. */
export type QueryOperator = (path: string, operand: unknown, options: Options) => (document: unknown) => boolean;

type Test = (value: unknown, operand: unknown) => boolean;

/**
 * mingo's operators on fields, replaced: these compare by BSON type and value (UTF-8 strings, exact longs and decimals,
 * ordered fields) and open arrays as MongoDB does, which its JavaScript comparison does not.
 */
export const BSON_COMPARISONS: Readonly<Record<`$${string}`, QueryOperator>> = {
  $eq: compareWith(matchesEqual),
  $ne: not(compareWith(matchesEqual)),
  $in: compareWith(matchesAny),
  $nin: not(compareWith(matchesAny)),
  $lt: compareWith((value, operand) => inBracket(value, operand) && compareBson(value, operand) < 0),
  $lte: compareWith((value, operand) => inBracket(value, operand, true) && compareBson(value, operand) <= 0),
  $gt: compareWith((value, operand) => inBracket(value, operand) && compareBson(value, operand) > 0),
  $gte: compareWith((value, operand) => inBracket(value, operand, true) && compareBson(value, operand) >= 0),
  $exists: (path, operand) => (document) => valuesAt(document, path).ends.length > 0 === Boolean(operand),
  $mod: compareWith(matchesModulo, false),
  $size: (path, operand) => (document) =>
    valuesAt(document, path).ends.some((end) => Array.isArray(end) && end.length === operand),
  $regex: compareWith(
    (value, operand) => operand instanceof RegExp && typeof value === 'string' && operand.test(value),
  ),
  $all: (path, operand, options) => {
    const items: unknown[] = Array.isArray(operand) ? operand : [];
    const queries = items.map((item) => new Query({ [path]: item }, options));
    return (document) => queries.length > 0 && isDocument(document) && queries.every((query) => query.test(document));
  },
  $elemMatch: (path, operand, options) => {
    const isOnScalars =
      isDocument(operand) && Object.keys(operand).some((name) => name.startsWith('$') && !CLAUSES.has(name));
    const query = new Query(isOnScalars ? { element: operand } : isDocument(operand) ? operand : {}, options);
    const matches = (element: unknown): boolean =>
      isOnScalars ? query.test({ element }) : isDocument(element) && query.test(element);
    return (document) => valuesAt(document, path).ends.some((end) => Array.isArray(end) && end.some(matches));
  },
  $type: compareWith(
    (value, operand) => (Array.isArray(operand) ? operand : [operand]).includes(typeRank(value)),
    false,
  ),
};

const CLAUSES = new Set(['$and', '$or', '$nor', '$expr']);

/** Ranks that `$type` can tell apart; ints, longs, doubles and decimals are all `number` in a promoted document. */
export const TYPE_ALIASES: Readonly<Record<string, number>> = {
  number: TYPE_RANK.number,
  string: TYPE_RANK.string,
  2: TYPE_RANK.string,
  object: TYPE_RANK.document,
  3: TYPE_RANK.document,
  array: TYPE_RANK.array,
  4: TYPE_RANK.array,
  binData: TYPE_RANK.binary,
  5: TYPE_RANK.binary,
  objectId: TYPE_RANK.objectId,
  7: TYPE_RANK.objectId,
  bool: TYPE_RANK.boolean,
  8: TYPE_RANK.boolean,
  date: TYPE_RANK.date,
  9: TYPE_RANK.date,
  null: TYPE_RANK.null,
  10: TYPE_RANK.null,
  regex: TYPE_RANK.regex,
  11: TYPE_RANK.regex,
  timestamp: TYPE_RANK.timestamp,
  17: TYPE_RANK.timestamp,
  minKey: TYPE_RANK.minKey,
  '-1': TYPE_RANK.minKey,
  maxKey: TYPE_RANK.maxKey,
  127: TYPE_RANK.maxKey,
};

function compareWith(test: Test, matchesMissing = true): QueryOperator {
  return (path, operand) => {
    // A field that is not there compares as null.
    const acceptsMissing = matchesMissing && test(null, operand);
    return (document) => {
      const found = valuesAt(document, path);
      return (found.missing && acceptsMissing) || candidates(found).some((value) => test(value, operand));
    };
  };
}

function not(operator: QueryOperator): QueryOperator {
  return (path, operand, options) => {
    const test = operator(path, operand, options);
    return (document) => !test(document);
  };
}

function matchesEqual(value: unknown, operand: unknown): boolean {
  return equalBson(value ?? null, operand ?? null);
}

function matchesAny(value: unknown, operand: unknown): boolean {
  return (
    Array.isArray(operand) &&
    operand.some((item) =>
      item instanceof RegExp ? typeof value === 'string' && item.test(value) : matchesEqual(value, item),
    )
  );
}

function matchesModulo(value: unknown, operand: unknown): boolean {
  if (!Array.isArray(operand)) return false;
  if (value instanceof Long) return value.toBigInt() % BigInt(operand[0]) === BigInt(operand[1]);
  // Both sides of the remainder are whole, and -0 is 0.
  return typeof value === 'number' && Number.isFinite(value) && (Math.trunc(value) % operand[0]) + 0 === operand[1];
}

/** Ordered comparisons only meet values of the operand's own type; null orders with null, NaN with NaN alone. */
function inBracket(value: unknown, operand: unknown, inclusive = false): boolean {
  const rank = typeRank(operand);
  if (rank === TYPE_RANK.minKey || rank === TYPE_RANK.maxKey) return true;
  if (typeRank(value) !== rank) return false;
  return Number.isNaN(value) || Number.isNaN(operand)
    ? inclusive && Number.isNaN(value) && Number.isNaN(operand)
    : true;
}
