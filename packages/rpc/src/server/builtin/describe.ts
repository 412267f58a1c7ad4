import { type Command, reason } from '../../contract/command.ts';
import type { Contract } from '../../contract/contract.ts';
import { fingerprintFor } from '../../contract/fingerprint.ts';
import { type JsonSchema, standardJsonSchema, type ToJsonSchema } from '../../contract/json-schema.ts';
import { isReason } from '../../contract/reason.ts';
import type { AnySchema } from '../../contract/schema.ts';
import type { Code } from '../../core/codes.ts';

/** What `_rpc.describe` needs beyond the contracts. */
export interface DescribeOptions {
  /** For validators that give no Standard JSON Schema. */
  readonly toJsonSchema?: ToJsonSchema;
}

/** What `_rpc.describe` answers of one command. A schema is absent when its validator gives none. */
export interface CommandDescription {
  readonly kind: Command['kind'];
  readonly effect: 'read' | 'idempotent' | 'unsafe';
  readonly timeoutMs?: number;
  readonly summary?: string;
  readonly input?: JsonSchema;
  readonly output?: JsonSchema;
  readonly reasons: { readonly [name: string]: { readonly code: Code; readonly details?: JsonSchema } };
}

/** What `_rpc.describe` answers. */
export interface ServerDescription {
  readonly server: string;
  readonly contracts: readonly {
    readonly name: string;
    readonly version: string;
    readonly fingerprint?: string;
    readonly commands: { readonly [cmd: string]: CommandDescription };
  }[];
  /** Untyped patterns, by canonical name. */
  readonly patterns: readonly string[];
}

/** Describes a server to whoever asks. Made when first asked for and kept: a server's contracts do not change. */
export const describer = (
  server: string,
  contracts: readonly Contract[],
  patterns: readonly string[],
  options: DescribeOptions,
): (() => ServerDescription) => {
  let made: ServerDescription | undefined;
  const schemaOf = schemaMaker(options.toJsonSchema ?? standardJsonSchema);
  return () => {
    made ??= {
      server,
      contracts: contracts.map((one) => ({
        name: one.name,
        version: one.version,
        ...present('fingerprint', fingerprintFor(one)),
        commands: Object.fromEntries(
          Object.entries<Command>(one.commands).map(([cmd, command]) => [cmd, describe(command, schemaOf)]),
        ),
      })),
      patterns,
    };
    return made;
  };
};

type SchemaOf = (schema: AnySchema, side: 'input' | 'output') => JsonSchema | undefined;

/** One schema that cannot be described must not hide the rest. */
const schemaMaker =
  (toJsonSchema: ToJsonSchema): SchemaOf =>
  (schema, side) => {
    try {
      return toJsonSchema(schema, side);
    } catch {
      return undefined;
    }
  };

const describe = (command: Command, schemaOf: SchemaOf): CommandDescription => ({
  kind: command.kind,
  effect: command.effect ?? 'unsafe',
  ...present('timeoutMs', command.timeoutMs),
  ...present('summary', command.summary),
  ...present('input', schemaOf(command.input, 'input')),
  ...(command.kind === 'event' ? {} : present('output', schemaOf(command.output, 'output'))),
  reasons: Object.fromEntries(
    Object.entries(command.errors ?? {}).map(([name, declared]) => {
      const { code, details } = isReason(declared) ? declared : reason('failed_precondition', declared);
      return [name, { code, ...present('details', schemaOf(details, 'output')) }];
    }),
  ),
});

const present = <K extends string, T>(key: K, value: T | undefined): { readonly [key in K]?: T } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [key in K]: T });
