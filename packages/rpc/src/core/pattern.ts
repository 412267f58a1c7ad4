/** What a handler is registered under and a call names: `{cmd: 'sum'}`, any small object, a string or a number. */
export type Pattern = string | number | { readonly [key: string]: unknown };

/** Beyond these a pattern is refused rather than cut; NestJS cuts at the same figures and lets such patterns collide. */
const MAX_DEPTH = 5;
const MAX_KEYS = 20;

const canonical = (value: unknown, depth: number): string => {
  if (depth > MAX_DEPTH) throw new TypeError(`pattern is nested deeper than ${MAX_DEPTH} levels`);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`pattern holds ${value}, which JSON cannot`);
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new TypeError(`pattern holds a ${typeof value}, which has no canonical form`);
  const keys = Object.keys(value).sort();
  if (keys.length > MAX_KEYS) throw new TypeError(`pattern has ${keys.length} keys, more than ${MAX_KEYS}`);
  const fields = value as Record<string, unknown>;
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(fields[key], depth + 1)}`).join(',')}}`;
};

/**
 * One string per pattern, whatever the order of its keys. `{cmd: 'sum'}` is `sum`, the name a contract uses;
 * every other pattern is canonical JSON, which begins with `"`, `{`, a digit or a sign and so never meets a name.
 * @throws {TypeError} nested deeper than 5, more than 20 keys, or a value JSON cannot hold.
 */
export const cmdOf = (pattern: Pattern): string => {
  if (typeof pattern === 'object' && pattern !== null) {
    const { cmd } = pattern;
    if (typeof cmd === 'string' && isCmdName(cmd) && Object.keys(pattern).length === 1) return cmd;
  }
  return canonical(pattern, 0);
};

/** Names that stand for `{cmd: name}`: anything that cannot be mistaken for canonical JSON. */
export const isCmdName = (name: string): boolean => /^[A-Za-z_]/.test(name) && !/^(?:true|false|null)$/.test(name);
