import * as accumulatorOperators from 'mingo/operators/accumulator';
import * as expressionOperators from 'mingo/operators/expression';
import { CommandError } from '../errors.ts';
import { isDocument } from './bson-document.ts';

/** Server-side JavaScript, and operators whose mingo version differs from MongoDB's in a way that would mislead. */
const REFUSED = new Set(['$function', '$accumulator', '$where', '$toHashedIndexKey', '$jsonSchema']);

/**
 * Walks an aggregation expression before it runs.
 * @throws {CommandError} `InvalidPipelineOperator` for an unknown operator, `NotImplemented` for a refused one.
 */
export function assertExpression(expression: unknown): void {
  if (Array.isArray(expression)) {
    for (const item of expression) assertExpression(item);
    return;
  }
  if (!isDocument(expression)) return;
  for (const [name, operand] of Object.entries(expression)) {
    if (name.startsWith('$')) assertKnown(name);
    if (name !== '$literal') assertExpression(operand);
  }
}

function assertKnown(name: string): void {
  if (REFUSED.has(name)) {
    throw new CommandError('NotImplemented', `${name} is not supported by the embedded document server`);
  }
  if (!Object.hasOwn(expressionOperators, name) && !Object.hasOwn(accumulatorOperators, name)) {
    throw new CommandError('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
  }
}
