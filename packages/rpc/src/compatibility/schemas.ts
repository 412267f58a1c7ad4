import type { JsonSchema } from '../contract/json-schema.ts';
import type { Level } from './change.ts';
import { coverage } from './coverage.ts';
import type { Problem } from './question.ts';

/** Which side of a call a schema stands on. */
export type Direction = 'input' | 'output';

export interface SchemaChange {
  readonly level: Level;
  readonly path: string;
  readonly message: string;
}

/**
 * What changed between two versions of a schema. An input must accept all that it accepted; what an output gives must
 * be something it gave before. Both are one question, asked with the sides exchanged.
 */
export const schemaChanges = (before: JsonSchema, after: JsonSchema, direction: Direction): readonly SchemaChange[] => {
  const isInput = direction === 'input';
  const harmful = isInput
    ? coverage({ wide: after, narrow: before, direction, wideIsBefore: false })
    : coverage({ wide: before, narrow: after, direction, wideIsBefore: true });
  const harmless = isInput
    ? coverage({ wide: before, narrow: after, direction, wideIsBefore: true })
    : coverage({ wide: after, narrow: before, direction, wideIsBefore: false });
  const told = new Set(harmful.map(identityOf));
  return [
    ...harmful.map(({ level, path, message }) => ({ level, path: direction + path, message })),
    ...harmless
      .filter((problem) => !told.has(identityOf(problem)))
      .map(({ path, message }) => ({ level: 'safe' as const, path: direction + path, message })),
  ];
};

/** A change that is seen from both sides is told once, as the worse of the two. */
const identityOf = ({ path, facet }: Problem): string => `${path} ${facet}`;
