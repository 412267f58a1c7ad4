import { choosePorts } from '@shop/stack';

/** A free port for each of these names. */
export function freePorts(names: readonly string[]): Promise<Record<string, number>> {
  return choosePorts(
    Object.fromEntries(names.map((name) => [name, { variable: name, what: name, host: '127.0.0.1', port: 0 }])),
  );
}
