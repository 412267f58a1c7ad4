import { CommandError } from '../../errors.ts';
import { type BsonDocument, isDocument } from '../bson-document.ts';
import { setField } from '../promote.ts';

const INDEX = /^(0|[1-9]\d{0,6})$/;
/** An array grows to the index it is set at; MongoDB allows 1 500 000 filler nulls. */
const MAX_ARRAY_PADDING = 1_500_000;

/** The value at an exact path (array places by number), undefined when there is none. */
export function getAt(document: BsonDocument, names: readonly string[]): unknown {
  let value: unknown = document;
  for (const name of names) {
    if (Array.isArray(value)) value = INDEX.test(name) ? value[Number(name)] : undefined;
    else value = isDocument(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/**
 * Puts a value at a path, making the documents on the way.
 * @throws {CommandError} `PathNotViable` when a scalar, or an array without that number, stands in the way.
 */
export function setAt(document: BsonDocument, names: readonly string[], value: unknown): void {
  let at: unknown = document;
  for (const [i, name] of names.entries()) {
    const isLast = i === names.length - 1;
    if (Array.isArray(at)) {
      at = setInArray(at, name, isLast, value);
    } else if (isDocument(at)) {
      if (isLast) setField(at, name, value);
      else if (!Object.hasOwn(at, name)) setField(at, name, {});
      at = at[name];
    } else {
      throw notViable(name, names[i - 1] ?? '');
    }
  }
}

/** Removes the field at a path; a place in an array becomes null, so that the others keep their numbers. */
export function unsetAt(document: BsonDocument, names: readonly string[]): void {
  const last = names.at(-1) ?? '';
  const holder = names.length === 1 ? document : getAt(document, names.slice(0, -1));
  if (Array.isArray(holder)) {
    if (INDEX.test(last) && Number(last) < holder.length) holder[Number(last)] = null;
  } else if (isDocument(holder)) {
    delete holder[last];
  }
}

function setInArray(array: unknown[], name: string, isLast: boolean, value: unknown): unknown {
  if (!INDEX.test(name)) throw notViable(name, 'array');
  const index = Number(name);
  if (index - array.length > MAX_ARRAY_PADDING) throw new CommandError('BadValue', `array index ${index} is too far`);
  while (array.length < index) array.push(null);
  if (isLast) array[index] = value;
  else if (array[index] === undefined) array[index] = {};
  return array[index];
}

function notViable(name: string, parent: string): CommandError {
  return new CommandError('PathNotViable', `Cannot create field '${name}' in element {${parent}: ...}`);
}
