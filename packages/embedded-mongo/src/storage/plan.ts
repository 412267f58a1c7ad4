import { type BsonDocument, isDocument } from '../query/bson-document.ts';
import { equalBson, TYPE_RANK, typeRank } from '../query/compare.ts';
import { compileFilter, hasOperators } from '../query/filter.ts';
import { promote } from '../query/promote.ts';
import type { SortSpec } from '../query/sort.ts';
import type { Collection, Index } from './catalog.ts';
import { type Direction, encodeValue, prefixSuccessor } from './key-encoding.ts';

/** Keys from `from` up to, not including, `to`. */
export interface KeyRange {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/** How to walk a collection so that every match is met: the whole table, or ranges of one index. */
export interface Plan {
  readonly index?: Index;
  readonly ranges: readonly KeyRange[];
  readonly reverse: boolean;
  /** True when the walk already gives the order asked for. */
  readonly sorted: boolean;
}

interface Condition {
  readonly operator: string;
  readonly value: unknown;
}
type Conditions = ReadonlyMap<string, readonly Condition[]>;

interface Candidate extends Plan {
  readonly score: number;
}

const MAX_POINTS = 1_000;
const FIRST = new Uint8Array(0);
/** Above every key: no type byte, inverted or not, is 255. */
const LAST = Uint8Array.of(255);

/** Chooses the index that narrows a query most, or gives its order; the predicate is still tested on every document. */
export function choosePlan(collection: Collection, filter: BsonDocument, sort: SortSpec): Plan {
  const conditions = collectConditions(filter);
  let best: Candidate = { score: 0, ranges: [], reverse: false, sorted: sort.length === 0 };
  for (const index of collection.indexes) {
    const candidate = planIndex(index, conditions, sort);
    if (candidate !== undefined && candidate.score > best.score) best = candidate;
  }
  return best;
}

function planIndex(index: Index, conditions: Conditions, sort: SortSpec): Candidate | undefined {
  const { fields } = index.spec;
  if (!holdsEveryMatch(index, conditions)) return undefined;
  let prefixes: Uint8Array[] = [FIRST];
  const fixed = new Set<string>();
  let depth = 0;
  for (; depth < fields.length; depth++) {
    const { path, direction } = fields[depth] ?? { path: '', direction: 1 };
    if (sharesArray(index, depth)) break;
    const points = pointsOf(conditions.get(path) ?? []);
    if (points === undefined || prefixes.length * points.length > MAX_POINTS) break;
    if (points.length === 1) fixed.add(path);
    const encoded = points.map((value) => encodeValue(value, direction));
    prefixes = prefixes.flatMap((prefix) => encoded.map((bytes) => Buffer.concat([prefix, bytes])));
  }
  const next = fields[depth];
  const bounds =
    next === undefined || sharesArray(index, depth)
      ? undefined
      : boundsOf(conditions.get(next.path) ?? [], next.direction, index.multikey);
  const order = fixed.size === depth && !index.multikey ? orderGiven(index, depth, fixed, sort) : undefined;
  const wantsOrder = sort.length > 0 && order !== undefined;
  const isPoint = index.spec.unique && depth === fields.length;
  const score = depth * 10 + (bounds === undefined ? 0 : 4) + (wantsOrder ? 5 : 0) + (isPoint ? 100 : 0);
  const ranges = sortedUnique(prefixes).map((prefix) => rangeWithin(prefix, bounds));
  return { score, index, ranges, reverse: order === -1, sorted: sort.length === 0 || order !== undefined };
}

/** The keys of an index's first field that are of the value's type and not above it. */
export function rangeUpTo(value: unknown, direction: Direction): KeyRange {
  return rangeWithin(FIRST, boundsOf([{ operator: '$lte', value }], direction, false));
}

/** Two paths through one array may match by different elements, which one key does not show: only the first may narrow. */
function sharesArray({ spec, multikey }: Index, depth: number): boolean {
  const root = spec.fields[depth]?.path.split('.')[0];
  return multikey && spec.fields.slice(0, depth).some(({ path }) => path.split('.')[0] === root);
}

/** A sparse or partial index may only answer a query whose every match it holds. */
function holdsEveryMatch({ spec }: Index, conditions: Conditions): boolean {
  if (spec.sparse) {
    const demands = spec.fields.some(({ path }) => (conditions.get(path) ?? []).some(demandsField));
    if (!demands) return false;
  }
  if (spec.partial === undefined) return true;
  return Object.entries(spec.partial.expression).every(([path, wanted]) => {
    if (path.startsWith('$')) return false;
    const given = conditions.get(path) ?? [];
    const points = pointsOf(given);
    if (points !== undefined) {
      const holds = compileFilter({ field: wanted });
      return points.every((field) => !Array.isArray(field) && holds.matches({ field }));
    }
    return operatorsOf(wanted).every((need) =>
      given.some((has) => has.operator === need.operator && equalBson(has.value, need.value)),
    );
  });
}

function demandsField({ operator, value }: Condition): boolean {
  if (operator === '$in') return Array.isArray(value) && value.every((item) => item !== null && item !== undefined);
  return ['$eq', '$gt', '$gte', '$lt', '$lte'].includes(operator) && value !== null && value !== undefined;
}

/** 1 when walking forward past `depth` fixed fields gives the order, -1 when backward does, undefined when neither. */
function orderGiven({ spec }: Index, depth: number, fixed: ReadonlySet<string>, sort: SortSpec): Direction | undefined {
  const wanted = sort.filter(([path]) => !fixed.has(path));
  let order: Direction | undefined;
  for (const [i, [path, direction]] of wanted.entries()) {
    const field = spec.fields[depth + i];
    if (field?.path !== path) return undefined;
    const turn: Direction = field.direction === direction ? 1 : -1;
    if (order !== undefined && order !== turn) return undefined;
    order = turn;
  }
  return order ?? 1;
}

function collectConditions(filter: BsonDocument, into = new Map<string, Condition[]>()): Conditions {
  for (const [path, operand] of Object.entries(filter)) {
    if (path === '$and' && Array.isArray(operand)) {
      for (const clause of operand) if (isDocument(clause)) collectConditions(clause, into);
    } else if (!path.startsWith('$')) {
      into.set(path, [...(into.get(path) ?? []), ...operatorsOf(operand)]);
    }
  }
  return into;
}

function operatorsOf(operand: unknown): Condition[] {
  if (!hasOperators(operand)) return [{ operator: '$eq', value: operand }];
  return Object.entries(operand).map(([operator, value]) => ({ operator, value }));
}

/** The values a field is limited to by `$eq` or `$in`, when an index can look each of them up. */
function pointsOf(conditions: readonly Condition[]): unknown[] | undefined {
  for (const { operator, value } of conditions) {
    const values = operator === '$eq' ? [value] : operator === '$in' && Array.isArray(value) ? value : undefined;
    if (values?.every(isIndexable)) return values;
  }
  return undefined;
}

function isIndexable(value: unknown): boolean {
  const rank = typeRank(value);
  return rank !== TYPE_RANK.array && rank !== TYPE_RANK.regex && rank !== TYPE_RANK.undefined;
}

interface Bounds {
  readonly from: Uint8Array;
  readonly to: Uint8Array | undefined;
}

/** The tightest one-sided or, where no array can match twice, two-sided bounds on the next field of a key. */
function boundsOf(conditions: readonly Condition[], direction: Direction, multikey: boolean): Bounds | undefined {
  const usable = conditions.filter(
    ({ operator, value }) => ['$gt', '$gte', '$lt', '$lte'].includes(operator) && isOrderable(value),
  );
  const low = usable.find(({ operator }) => operator === '$gt' || operator === '$gte');
  const found = usable.find(({ operator }) => operator === '$lt' || operator === '$lte');
  const sameType = low === undefined || found === undefined || typeRank(low.value) === typeRank(found.value);
  const high = (multikey && low !== undefined) || !sameType ? undefined : found;
  const some = low ?? high;
  if (some === undefined) return undefined;
  const rank = typeRank(some.value);
  const bracket = direction === 1 ? rank : 255 - rank;
  const [first, last] = direction === 1 ? [low, high] : [high, low];
  return {
    from: first === undefined ? Uint8Array.of(bracket) : edge(first, direction, first.operator.length === 3),
    to: last === undefined ? Uint8Array.of(bracket + 1) : edge(last, direction, last.operator.length === 4),
  };
}

function isOrderable(value: unknown): boolean {
  const rank = typeRank(value);
  return (
    isIndexable(value) &&
    rank !== TYPE_RANK.null &&
    rank !== TYPE_RANK.minKey &&
    rank !== TYPE_RANK.maxKey &&
    !Number.isNaN(promote(value))
  );
}

/** The key of a bound, or the first key after all that start with it. */
function edge({ value }: Condition, direction: Direction, after: boolean): Uint8Array {
  const bytes = encodeValue(value, direction);
  return after ? (prefixSuccessor(bytes) ?? LAST) : bytes;
}

function rangeWithin(prefix: Uint8Array, bounds: Bounds | undefined): KeyRange {
  if (bounds === undefined) return { from: prefix, to: prefixSuccessor(prefix) ?? LAST };
  const to = bounds.to === undefined ? prefixSuccessor(prefix) : Buffer.concat([prefix, bounds.to]);
  return { from: Buffer.concat([prefix, bounds.from]), to: to ?? LAST };
}

function sortedUnique(prefixes: readonly Uint8Array[]): Uint8Array[] {
  const sorted = [...prefixes].sort(Buffer.compare);
  return sorted.filter((prefix, i) => i === 0 || Buffer.compare(prefix, sorted[i - 1] ?? FIRST) !== 0);
}
