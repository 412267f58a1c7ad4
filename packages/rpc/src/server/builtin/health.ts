import type { Contract } from '../../contract/contract.ts';

/** Whether calls are taken. */
export type ServingStatus = 'serving' | 'draining';

/** What `_rpc.health` answers. */
export interface ServerHealth {
  readonly status: ServingStatus;
  readonly contracts: { readonly [name: string]: ServingStatus };
}

/** Reports whether the server takes calls; contracts stop with their server. */
export const healthReporter =
  (contracts: readonly Contract[], isDraining: () => boolean): (() => ServerHealth) =>
  () => {
    const status = isDraining() ? 'draining' : 'serving';
    return { status, contracts: Object.fromEntries(contracts.map(({ name }) => [name, status])) };
  };
