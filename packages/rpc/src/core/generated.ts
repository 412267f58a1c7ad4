/**
 * A function made from source at run time, its free names bound to `scope`. Undefined where the process forbids it
 * (`--disallow-code-generation-from-strings`): whoever calls this has a slower way of doing the same.
 * The source must be built from constants and JSON text alone, never from what a peer sent.
 * @param name what profiles and stack traces call it: there is no file to name.
 */
export const generated = <T>(name: string, scope: Readonly<Record<string, unknown>>, source: string): T | undefined => {
  const text = `'use strict';\n${source}\n//# sourceURL=cmdrpc:${name}`;
  try {
    return new Function(...Object.keys(scope), text)(...Object.values(scope)) as T;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
};
