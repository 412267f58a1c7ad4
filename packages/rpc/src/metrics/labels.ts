import type { CallEvent } from '../core/events.ts';

/** What stands for every method that no contract and no handler names: a peer may send any name, and each would be a series. */
const OTHER = '_other';

export interface MethodLabels {
  readonly service: string;
  readonly method: string;
}

/** @param known false for a command without a handler, and for an untyped pattern a caller makes up. */
export const methodLabels = ({ service, cmd }: Pick<CallEvent, 'service' | 'cmd'>, known: boolean): MethodLabels =>
  service === undefined ? { service: '', method: known ? cmd : OTHER } : { service, method: cmd };
