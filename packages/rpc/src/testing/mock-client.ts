import type { Client, ClientControl } from '../client/client.ts';
import type { Commands, Contract } from '../contract/contract.ts';
import { RpcError, systemError } from '../core/errors.ts';

/** Answers for some of a contract's commands: what a caller under test is to be given. */
export type MockHandlers<C extends Commands> = {
  readonly [K in keyof C]?: (input: never, options?: unknown) => unknown;
};

/**
 * A client that connects to nothing: each method runs the function given for it. A method without one fails with
 * `unimplemented`, so that a test says what it depends on.
 */
export const mockClient = <C extends Commands>(contract: Contract<C>, handlers: MockHandlers<C>): Client<C> => {
  const methods: Record<string, unknown> = Object.create(null);
  const given = handlers as Readonly<Record<string, ((input: unknown, options?: unknown) => unknown) | undefined>>;
  for (const cmd of Object.keys(contract.commands)) {
    const call = async (input: unknown, options?: unknown): Promise<unknown> => {
      const handler = given[cmd];
      if (handler === undefined) {
        throw systemError('cmd_not_found', `mock has no answer for ${cmd}`, {
          code: 'unimplemented',
          delivery: 'unsent',
        });
      }
      return handler(input, options);
    };
    const safe = (input: unknown, options?: unknown) =>
      call(input, options).then(
        (value) => ({ ok: true, value }),
        (error: unknown) => {
          if (RpcError.is(error)) return { ok: false, error };
          throw error;
        },
      );
    methods[cmd] = Object.assign(call, {
      safe,
      emit: async (input: unknown, options?: unknown) => void (await call(input, options)),
    });
  }
  methods.$ = control;
  // Built key by key from the same contract the type is mapped from.
  return Object.freeze(methods) as Client<C>;
};

const untyped = (): Promise<never> =>
  Promise.reject(
    systemError('cmd_not_found', 'mock answers no untyped patterns', { code: 'unimplemented', delivery: 'unsent' }),
  );

const control: ClientControl = {
  use: () => undefined,
  state: 'ready',
  stats: () => ({ contract: 'unknown', retryBudget: 0, endpoints: [] }),
  explain: (cmd) => ({ cmd, effect: 'unsafe', timeoutMs: Number.POSITIVE_INFINITY, maxAttempts: 1 }),
  ready: () => Promise.resolve(),
  close: () => Promise.resolve(),
  pattern: untyped,
  stream: () => {
    throw systemError('cmd_not_found', 'mock answers no untyped patterns', {
      code: 'unimplemented',
      delivery: 'unsent',
    });
  },
  emit: untyped,
};
