import { object1kb } from './object.ts';
import { products } from './products.ts';
import { text100kb } from './text.ts';
import type { Workload } from './workload.ts';

/** In the order of the page. A new one is a file and a line here. */
export const WORKLOADS: readonly Workload[] = [products, object1kb, text100kb];

export const workloadNamed = (name: string): Workload => {
  const found = WORKLOADS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no workload ${name}`);
  return found;
};
