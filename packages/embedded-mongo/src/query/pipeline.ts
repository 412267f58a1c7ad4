import { Aggregator } from 'mingo/aggregator';
import { Context } from 'mingo/core';
import { Lazy } from 'mingo/lazy';
import * as accumulatorOperators from 'mingo/operators/accumulator';
import * as expressionOperators from 'mingo/operators/expression';
import {
  $addFields,
  $count,
  $group,
  $limit,
  $match,
  $project,
  $replaceRoot,
  $replaceWith,
  $set,
  $skip,
  $sortByCount,
  $unset,
  $unwind,
} from 'mingo/operators/pipeline';
import { CommandError } from '../errors.ts';
import { BSON_ACCUMULATORS } from './accumulators.ts';
import { type BsonDocument, isDocument } from './bson-document.ts';
import { assertExpression } from './expression-guard.ts';
import { prepareQuery, QUERY_CONTEXT } from './filter.ts';
import { promote } from './promote.ts';
import { compareSortKeys, parseSort, sortKey } from './sort.ts';

/** One stage of an aggregation, checked. */
export interface Stage {
  readonly name: string;
  readonly operand: unknown;
}

const STAGES = {
  $addFields,
  $count,
  $group,
  $limit,
  $match,
  $project,
  $replaceRoot,
  $replaceWith,
  $set,
  $skip,
  $sortByCount,
  $unset,
  $unwind,
};

/** Stages of MongoDB that are refused as missing here and not as unknown. */
const REFUSED = new Set(
  '$bucket $bucketAuto $changeStream $collStats $densify $documents $facet $fill $geoNear $graphLookup $indexStats $lookup $merge $out $planCacheStats $redact $sample $search $setWindowFields $unionWith'.split(
    ' ',
  ),
);

const CONTEXT = Context.from(
  Context.init({
    // The operators of this module follow mingo's signatures, whose types it does not export.
    pipeline: { $sort: sortStage, ...STAGES } as never,
    accumulator: { ...accumulatorOperators, ...BSON_ACCUMULATORS } as never,
    expression: expressionOperators,
  }),
  QUERY_CONTEXT,
);

/**
 * Checks a pipeline stage by stage.
 * @throws {CommandError} `Location40324` for an unknown stage, `NotImplemented` for one that is missing here.
 */
export function parsePipeline(pipeline: readonly BsonDocument[]): Stage[] {
  return pipeline.map((stage) => {
    const [name = '', ...others] = Object.keys(stage);
    if (name === '' || others.length > 0) {
      throw new CommandError('FailedToParse', 'A pipeline stage specification object must contain exactly one field.');
    }
    if (REFUSED.has(name))
      throw new CommandError('NotImplemented', `the stage ${name} is not supported by the embedded document server`);
    if (name !== '$sort' && !Object.hasOwn(STAGES, name))
      throw new CommandError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
    assertOperand(name, stage[name]);
    return { name, operand: stage[name] };
  });
}

/** Runs stages over documents that were promoted; the results are plain values, encoded by their JavaScript type. */
export function runStages(documents: readonly unknown[], stages: readonly Stage[]): BsonDocument[] {
  const prepared = stages.map(({ name, operand }) => ({
    [name]: name === '$match' && isDocument(operand) ? prepareQuery(operand) : promote(operand),
  }));
  try {
    // mingo's results are typed loosely; a stage only ever yields documents.
    return new Aggregator(prepared, { context: CONTEXT, scriptEnabled: false }).run([...documents]) as BsonDocument[];
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError('BadValue', cause instanceof Error ? cause.message : String(cause));
  }
}

function assertOperand(name: string, operand: unknown): void {
  switch (name) {
    case '$match':
      if (!isDocument(operand))
        throw new CommandError('BadValue', 'the match filter must be an expression in an object');
      return;
    case '$sort':
      if (!isDocument(operand) || Object.keys(operand).length === 0)
        throw new CommandError('BadValue', '$sort stage must have at least one sort key');
      parseSort(operand);
      return;
    case '$limit':
    case '$skip': {
      const number = promote(operand);
      const minimum = name === '$limit' ? 1 : 0;
      if (!Number.isInteger(number) || Number(number) < minimum)
        throw new CommandError(
          'BadValue',
          `invalid argument to ${name} stage: expected an integer of at least ${minimum}`,
        );
      return;
    }
    case '$count':
      if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.')) {
        throw new CommandError(
          'BadValue',
          'the count field must be a non-empty string without $ in front and without dots',
        );
      }
      return;
    default:
      assertExpression(operand);
  }
}

function sortStage(documents: { collect: () => BsonDocument[] }, spec: BsonDocument): unknown {
  const sort = parseSort(spec);
  const keyed = documents.collect().map((document) => ({ document, key: sortKey(document, sort) }));
  keyed.sort((a, b) => compareSortKeys(a.key, b.key, sort));
  return Lazy(keyed.map(({ document }) => document));
}
