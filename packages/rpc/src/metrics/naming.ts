import { type Registry, register } from 'prom-client';

/** Where metrics go and what their names begin with. */
export interface Naming {
  readonly prefix: string;
  readonly registers: readonly Registry[] | undefined;
}

/** The part of prom-client's options that every metric shares. */
export const named = <L extends string>(
  { prefix, registers }: Naming,
  name: string,
  help: string,
  labelNames: L[],
) => ({
  name: prefix + name,
  help,
  labelNames,
  registers: [...(registers ?? [register])],
});

/** Takes metrics out of where {@link named} put them. */
export const removeAll = ({ prefix, registers }: Naming, names: readonly string[]): void => {
  for (const registry of registers ?? [register]) {
    for (const name of names) registry.removeSingleMetric(prefix + name);
  }
};
