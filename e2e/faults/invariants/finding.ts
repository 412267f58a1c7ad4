import type { Evidence } from '../evidence.ts';

/** A promise that a seed broke. */
export interface Finding {
  /** The invariant's name, such as `I1`. */
  readonly name: string;
  readonly seed: number;
  readonly orderId?: string;
  /** What was found and what should have been. */
  readonly found: string;
}

/** One promise: answers with every place where the evidence breaks it. */
export type Invariant = (evidence: Evidence) => Finding[];

/** A finding in one line. */
export const describe = ({ name, seed, orderId, found }: Finding): string =>
  `${name}, seed ${seed}${orderId === undefined ? '' : `, order ${orderId}`}: ${found}`;
