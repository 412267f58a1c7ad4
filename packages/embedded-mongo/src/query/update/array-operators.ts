import { CommandError } from '../../errors.ts';
import { type BsonDocument, isDocument } from '../bson-document.ts';
import { compareBson, equalBson } from '../compare.ts';
import { compileElementFilter } from '../filter.ts';
import { promote } from '../promote.ts';
import { compareSortKeys, parseSort, sortKey } from '../sort.ts';
import { getAt, setAt } from './target.ts';

const PUSH_MODIFIERS = new Set(['$each', '$slice', '$sort', '$position']);

/** `$push` with `$each`, `$position`, `$sort` and `$slice`, in MongoDB's order. */
export function push(document: BsonDocument, names: readonly string[], operand: unknown): void {
  const array = arrayAt(document, names, '$push') ?? [];
  const modifiers = modifiersOf(operand);
  if (modifiers === undefined) {
    array.push(operand);
  } else {
    const position = integer(modifiers.$position, '$position') ?? array.length;
    array.splice(position, 0, ...eachOf(modifiers, '$push'));
    if (modifiers.$sort !== undefined) sortArray(array, modifiers.$sort);
    const slice = integer(modifiers.$slice, '$slice');
    if (slice !== undefined) array.splice(0, array.length, ...(slice < 0 ? array.slice(slice) : array.slice(0, slice)));
  }
  setAt(document, names, array);
}

/** `$addToSet`, with `$each`: adds what is not there yet. */
export function addToSet(document: BsonDocument, names: readonly string[], operand: unknown): void {
  const array = arrayAt(document, names, '$addToSet') ?? [];
  const isEach = isDocument(operand) && '$each' in operand;
  for (const item of isEach ? eachOf(operand, '$addToSet') : [operand]) {
    if (!array.some((there) => equalBson(there, item))) array.push(item);
  }
  setAt(document, names, array);
}

/** `$pull`: removes the elements that are equal to a value or match a condition. */
export function pull(document: BsonDocument, names: readonly string[], operand: unknown): void {
  const array = arrayAt(document, names, '$pull');
  if (array === undefined) return;
  const matches = compileElementFilter(operand);
  setAt(
    document,
    names,
    array.filter((item) => !matches(item)),
  );
}

/** `$pullAll`: removes the elements equal to one of the list. */
export function pullAll(document: BsonDocument, names: readonly string[], operand: unknown): void {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$pullAll requires an array argument');
  const array = arrayAt(document, names, '$pullAll');
  if (array !== undefined) {
    setAt(
      document,
      names,
      array.filter((item) => !operand.some((unwanted) => equalBson(unwanted, item))),
    );
  }
}

/** `$pop`: removes the last element for 1, the first for -1. */
export function pop(document: BsonDocument, names: readonly string[], operand: unknown): void {
  const end = promote(operand);
  if (end !== 1 && end !== -1) throw new CommandError('FailedToParse', '$pop expects 1 or -1');
  const array = arrayAt(document, names, '$pop');
  if (array !== undefined) setAt(document, names, end === 1 ? array.slice(0, -1) : array.slice(1));
}

function arrayAt(document: BsonDocument, names: readonly string[], operator: string): unknown[] | undefined {
  const value = getAt(document, names);
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return [...value];
  const code = operator === '$pop' ? 'TypeMismatch' : 'BadValue';
  throw new CommandError(code, `The field '${names.join('.')}' must be an array but ${operator} found another type`);
}

function modifiersOf(operand: unknown): BsonDocument | undefined {
  if (!isDocument(operand) || !('$each' in operand)) return undefined;
  const unknown = Object.keys(operand).find((name) => !PUSH_MODIFIERS.has(name));
  if (unknown !== undefined) throw new CommandError('BadValue', `Unrecognized clause in $push: ${unknown}`);
  return operand;
}

function eachOf(modifiers: BsonDocument, operator: string): unknown[] {
  const each = modifiers.$each;
  if (!Array.isArray(each)) throw new CommandError('BadValue', `The argument to $each in ${operator} must be an array`);
  return each;
}

function integer(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  const number = promote(value);
  if (!Number.isInteger(number)) throw new CommandError('BadValue', `The value for ${name} must be an integer value`);
  return Number(number);
}

function sortArray(array: unknown[], spec: unknown): void {
  if (isDocument(spec)) {
    const sort = parseSort(spec);
    const keyOf = (item: unknown): unknown[] => sortKey(isDocument(item) ? item : {}, sort);
    array.sort((a, b) => compareSortKeys(keyOf(a), keyOf(b), sort));
    return;
  }
  const direction = promote(spec);
  if (direction !== 1 && direction !== -1)
    throw new CommandError('BadValue', 'The $sort element value must be either 1 or -1');
  array.sort((a, b) => compareBson(a, b) * direction);
}
