import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A bad configuration key: its name and what is wrong with it, never its value. */
export interface ConfigIssue {
  readonly key: string;
  readonly message: string;
}

/** The configuration is refused; `message` names every bad key at once and prints no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    const lines = issues.map(({ key, message }) => `  ${key}: ${message}`);
    super(['the configuration is refused:', ...lines].join('\n'));
    this.issues = issues;
  }
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Parses environment variables by a schema and freezes the result.
 * An empty variable counts as absent (compose files pass `${NAME:-}`). When `NAME` is absent and `NAME_FILE` is set,
 * `NAME` is that file's trimmed content, as orchestrators mount secrets.
 * @throws {ConfigError} with all bad keys at once.
 */
export function parseEnv<S extends z.ZodType>(schema: S, env: Env = process.env): Readonly<z.output<S>> {
  const issues: ConfigIssue[] = [];
  const given: Record<string, string> = {};
  for (const key of keysOf(schema)) {
    const value = env[key] || contentOf(env[`${key}_FILE`], (message) => issues.push({ key: `${key}_FILE`, message }));
    if (value) given[key] = value;
  }
  const parsed = schema.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) {
    const key = issue.path.join('.');
    // A file that cannot be read is said once, by its own name.
    if (issues.some((known) => known.key === `${key}_FILE`)) continue;
    issues.push({ key, message: key in given || issue.code !== 'invalid_type' ? issue.message : 'is missing' });
  }
  if (!parsed.success || issues.length > 0) throw new ConfigError(issues);
  return Object.freeze(parsed.data);
}

function keysOf(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodPipe) return keysOf(schema.in);
  throw new TypeError('an environment is described by an object schema, refined or transformed at will');
}

function contentOf(path: string | undefined, fail: (message: string) => void): string | undefined {
  if (!path) return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    fail(`the file cannot be read (${code})`);
    return undefined;
  }
}
