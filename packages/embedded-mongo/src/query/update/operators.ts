import { Timestamp } from 'bson';
import { CommandError } from '../../errors.ts';
import { type BsonDocument, isDocument } from '../bson-document.ts';
import { compareBson } from '../compare.ts';
import { isNumeric } from '../number-value.ts';
import { calculate, zeroLike } from './arithmetic.ts';
import { addToSet, pop, pull, pullAll, push } from './array-operators.ts';
import { getAt, setAt, unsetAt } from './target.ts';

/** What an update operator may look at besides the document. */
export interface UpdateMoment {
  readonly isInsert: boolean;
  readonly now: Date;
}

/** One operator at one exact path, changing the document in place. */
export type UpdateOperator = (
  document: BsonDocument,
  names: readonly string[],
  operand: unknown,
  at: UpdateMoment,
) => void;

/** Every update operator this server knows; adding one is adding a line. */
export const UPDATE_OPERATORS: Readonly<Record<string, UpdateOperator>> = {
  $set: setAt,
  $setOnInsert: (document, names, operand, at) => {
    if (at.isInsert) setAt(document, names, operand);
  },
  $unset: unsetAt,
  $inc: (document, names, operand) => applyArithmetic('$inc', document, names, operand),
  $mul: (document, names, operand) => applyArithmetic('$mul', document, names, operand),
  $min: (document, names, operand) => keepExtreme(document, names, operand, -1),
  $max: (document, names, operand) => keepExtreme(document, names, operand, 1),
  $rename: rename,
  $currentDate: currentDate,
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
};

function applyArithmetic(
  operator: '$inc' | '$mul',
  document: BsonDocument,
  names: readonly string[],
  operand: unknown,
): void {
  const verb = operator === '$inc' ? 'increment' : 'multiply';
  if (!isNumeric(operand))
    throw new CommandError('TypeMismatch', `Cannot ${verb} with non-numeric argument at '${names.join('.')}'`);
  const current = getAt(document, names);
  if (current === undefined) {
    setAt(document, names, operator === '$inc' ? operand : zeroLike(operand));
  } else if (isNumeric(current)) {
    setAt(document, names, calculate(operator, current, operand));
  } else {
    throw new CommandError(
      'TypeMismatch',
      `Cannot apply ${operator} to a value of non-numeric type at '${names.join('.')}'`,
    );
  }
}

function keepExtreme(document: BsonDocument, names: readonly string[], operand: unknown, direction: 1 | -1): void {
  const current = getAt(document, names);
  if (current === undefined || compareBson(operand, current) * direction > 0) setAt(document, names, operand);
}

function rename(document: BsonDocument, names: readonly string[], operand: unknown): void {
  if (typeof operand !== 'string' || operand === '') {
    throw new CommandError('BadValue', `The 'to' field for $rename must be a string: ${names.join('.')}`);
  }
  const value = getAt(document, names);
  if (value === undefined) return;
  unsetAt(document, names);
  unsetAt(document, operand.split('.'));
  setAt(document, operand.split('.'), value);
}

function currentDate(document: BsonDocument, names: readonly string[], operand: unknown, at: UpdateMoment): void {
  const type = isDocument(operand) ? operand.$type : 'date';
  if (type === 'date') setAt(document, names, at.now);
  else if (type === 'timestamp')
    setAt(document, names, new Timestamp({ t: Math.floor(at.now.getTime() / 1000), i: 1 }));
  else throw new CommandError('BadValue', "The '$type' string field is required to be 'date' or 'timestamp'");
}
