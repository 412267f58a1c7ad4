import type { Code } from '../core/codes.ts';
import type { Command, Effect, Reason } from './command.ts';
import type { Contract } from './contract.ts';
import { type JsonSchema, standardJsonSchema, type ToJsonSchema } from './json-schema.ts';
import { isReason } from './reason.ts';
import type { AnySchema } from './schema.ts';

/** One declared refusal of a snapshot. */
export interface ReasonSnapshot {
  readonly code: Code;
  readonly details: JsonSchema;
}

/** One command of a snapshot, its schemas as JSON Schema. */
export interface CommandSnapshot {
  readonly kind: Command['kind'];
  readonly effect: Effect;
  /** Absent where the caller's own default holds. */
  readonly timeoutMs?: number;
  /** What a caller writes. */
  readonly input: JsonSchema;
  /** What a caller reads; absent for an event. */
  readonly output?: JsonSchema;
  readonly errors: { readonly [reason: string]: ReasonSnapshot };
}

/** A contract as plain JSON: the same contract gives the same text, whatever the order it was written in. */
export interface ContractSnapshot {
  readonly contract: string;
  readonly version: string;
  readonly commands: { readonly [cmd: string]: CommandSnapshot };
}

/**
 * Takes down everything about a contract that the other side can notice; summaries and descriptions are left out.
 * @param toJsonSchema default the Standard JSON Schema interface, which zod ≥ 4.2 has.
 * @throws {TypeError} a schema without a JSON Schema, naming its command.
 */
export const snapshotOf = (contract: Contract, toJsonSchema: ToJsonSchema = standardJsonSchema): ContractSnapshot => ({
  contract: contract.name,
  version: contract.version,
  commands: Object.fromEntries(
    Object.entries<Command>(contract.commands)
      .sort(byKey)
      .map(([cmd, command]) => [
        cmd,
        commandSnapshot(command, (schema, side, what) => {
          const made = toJsonSchema(schema, side);
          if (made === undefined) {
            throw new TypeError(`${what} of ${cmd} has no JSON Schema: ${schema['~standard'].vendor} gives none`);
          }
          return normalized(made);
        }),
      ]),
  ),
});

type Describe = (schema: AnySchema, side: 'input' | 'output', what: string) => JsonSchema;

const commandSnapshot = (command: Command, describe: Describe): CommandSnapshot => ({
  kind: command.kind,
  effect: command.effect ?? 'unsafe',
  ...(command.timeoutMs === undefined ? {} : { timeoutMs: command.timeoutMs }),
  input: describe(command.input, 'input', 'input'),
  ...(command.kind === 'event' ? {} : { output: describe(command.output, 'output', 'output') }),
  errors: Object.fromEntries(
    Object.entries(command.errors ?? {})
      .sort(byKey)
      .map(([name, declared]) => [name, reasonSnapshot(name, declared, describe)]),
  ),
});

const reasonSnapshot = (name: string, declared: AnySchema | Reason, describe: Describe): ReasonSnapshot =>
  isReason(declared)
    ? { code: declared.code, details: describe(declared.details, 'output', `reason ${name}`) }
    : { code: 'failed_precondition', details: describe(declared, 'output', `reason ${name}`) };

/** Keywords that say something to people and nothing to programs. */
const ANNOTATIONS = new Set(['$schema', '$id', 'id', 'title', 'description', 'examples', 'deprecated', '$comment']);
/** Keywords whose value maps names, which are no keywords, to schemas. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
/** Keywords whose values are data, not schemas. */
const DATA = new Set(['const', 'default']);
/** Lists whose order means nothing. */
const SETS = new Set(['required', 'enum', 'type']);

const normalized = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !ANNOTATIONS.has(keyword))
      .sort(byKey)
      .map(([keyword, value]) => [keyword, normalizedValue(keyword, value)]),
  );

const normalizedValue = (keyword: string, value: unknown): unknown => {
  if (DATA.has(keyword)) return value;
  if (Array.isArray(value)) {
    if (SETS.has(keyword)) return [...value].sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
    return value.map((entry: unknown) => (isSchema(entry) ? normalized(entry) : entry));
  }
  if (!isSchema(value)) return value;
  if (!MAPS.has(keyword)) return normalized(value);
  return Object.fromEntries(
    Object.entries(value)
      .sort(byKey)
      .map(([name, entry]) => [name, isSchema(entry) ? normalized(entry) : entry]),
  );
};

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => compare(a, b);

/** By code unit and not by locale, so that every machine writes the same file. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
