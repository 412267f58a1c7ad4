import type { JsonSchema } from '../contract/json-schema.ts';
import { boundsLevel, differs, type Problem, type Question } from './question.ts';

/** Keywords that set a lower bound, an upper bound, or a demand that can only be compared as a whole; by type. */
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const WHOLE = ['format', 'pattern', 'multipleOf', 'uniqueItems', 'contentEncoding', 'contentMediaType'];

/** Differences of two schemas of the same type in everything but their parts. */
export const facetProblems = (question: Question, wide: JsonSchema, narrow: JsonSchema, path: string): Problem[] => {
  const problems: Problem[] = [];
  const tell = (facet: string, level = boundsLevel(question)): void =>
    void problems.push(differs(question, level, path, facet, wide[facet], narrow[facet]));
  for (const facet of LOWER) {
    if (number(wide[facet], Number.NEGATIVE_INFINITY) > number(narrow[facet], Number.NEGATIVE_INFINITY)) tell(facet);
  }
  for (const facet of UPPER) {
    if (number(wide[facet], Number.POSITIVE_INFINITY) < number(narrow[facet], Number.POSITIVE_INFINITY)) tell(facet);
  }
  for (const facet of WHOLE) {
    if (wide[facet] === undefined || wide[facet] === narrow[facet]) continue;
    // A format brings its pattern along; one of the two is enough to say.
    if (facet === 'pattern' && problems.some((problem) => problem.facet === 'format')) continue;
    // Of two patterns nobody can tell which takes more.
    tell(facet, narrow[facet] === undefined ? boundsLevel(question) : 'risky');
  }
  return problems;
};

const number = (value: unknown, absent: number): number => (typeof value === 'number' ? value : absent);
