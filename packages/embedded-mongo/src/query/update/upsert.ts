import { BSONRegExp } from 'bson';
import { CommandError } from '../../errors.ts';
import { type BsonDocument, isDocument } from '../bson-document.ts';
import { hasOperators } from '../filter.ts';
import { getAt, setAt } from './target.ts';

/** The document an upsert starts from: the fields its query fixes by equality. A replacement keeps `_id` alone. */
export function upsertSeed(query: BsonDocument, isReplacement: boolean): BsonDocument {
  const seed: BsonDocument = {};
  for (const [path, value] of equalities(query)) {
    if (isReplacement && path !== '_id') continue;
    const names = path.split('.');
    if (getAt(seed, names) !== undefined) {
      throw new CommandError('BadValue', `cannot infer query fields to set, path '${path}' is matched twice`);
    }
    setAt(seed, names, value);
  }
  return seed;
}

/** Every `path: value` a query demands outright, through `$and` and `$eq`. */
function equalities(query: BsonDocument): [path: string, value: unknown][] {
  return Object.entries(query).flatMap(([path, operand]): [string, unknown][] => {
    if (path === '$and' && Array.isArray(operand)) {
      return operand.filter(isDocument).flatMap(equalities);
    }
    if (path.startsWith('$') || operand instanceof BSONRegExp) return [];
    if (!hasOperators(operand)) return [[path, operand]];
    return '$eq' in operand ? [[path, operand.$eq]] : [];
  });
}
