import { Binary, ObjectId } from 'bson';
import { CommandError } from '../errors.ts';
import { isDocument } from '../query/bson-document.ts';
import { promote, setField } from '../query/promote.ts';
import type { Collection } from './catalog.ts';
import type { IndexSpec } from './index-spec.ts';

/** The E11000 refusal in MongoDB's wording, with `keyPattern` and `keyValue`. */
export function duplicateKey(collection: Collection, spec: IndexSpec, values: readonly unknown[]): CommandError {
  const keyValue: Record<string, unknown> = {};
  for (const [i, { path }] of spec.fields.entries()) setField(keyValue, path, values[i] ?? null);
  const shown = Object.entries(keyValue).map(([path, value]) => `${path}: ${show(value)}`);
  const message = `E11000 duplicate key error collection: ${collection.db}.${collection.name} index: ${spec.name} dup key: { ${shown.join(', ')} }`;
  return new CommandError('DuplicateKey', message, { keyPattern: spec.document.key, keyValue });
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Binary) {
    return value.sub_type === Binary.SUBTYPE_UUID
      ? `UUID("${value.toUUID().toString()}")`
      : `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`;
  }
  if (isDocument(value))
    return `{ ${Object.entries(value)
      .map(([name, field]) => `${name}: ${show(field)}`)
      .join(', ')} }`;
  return String(promote(value));
}
