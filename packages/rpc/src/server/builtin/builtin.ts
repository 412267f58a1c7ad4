import type { Contract } from '../../contract/contract.ts';
import type { Route, Router } from '../router.ts';
import { type DescribeOptions, describer } from './describe.ts';
import { healthReporter } from './health.ts';

/** What every server answers beside its contracts. */
const DESCRIBE_CMD = '_rpc.describe';
export const HEALTH_CMD = '_rpc.health';

export interface BuiltinOptions {
  /** Undefined when the command is switched off. */
  readonly describe: DescribeOptions | undefined;
  readonly health: boolean;
}

/** Adds the built-in commands that are switched on, once all others are known. One that the user has as well is left to the user. */
export const addBuiltins = (
  router: Router,
  server: {
    readonly name: string;
    readonly contracts: readonly Contract[];
    readonly isDraining: () => boolean;
    readonly options: BuiltinOptions;
  },
): void => {
  const { name, contracts, isDraining, options } = server;
  const add = (cmd: string, handle: () => unknown): void => {
    if (router.get(cmd) === undefined) router.add(builtinRoute(cmd, handle));
  };
  if (options.describe !== undefined) {
    add(DESCRIBE_CMD, describer(name, contracts, router.untyped(), options.describe));
  }
  if (options.health) add(HEALTH_CMD, healthReporter(contracts, isDraining));
};

const builtinRoute = (cmd: string, handle: Route['handle']): Route => ({
  service: '_rpc',
  cmd,
  kind: 'unary',
  input: undefined,
  output: undefined,
  acceptsInput: undefined,
  acceptsOutput: undefined,
  payloads: undefined,
  errors: {},
  typed: true,
  handle,
});
