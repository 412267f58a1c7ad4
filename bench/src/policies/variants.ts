import { productContract } from '@shop/contracts';
import { createClient, createServer } from 'cmdrpc';
import { contract } from 'cmdrpc/contract';
import type { Target } from '../calls/target.ts';
import { products } from '../workloads/products.ts';

type ClientOptions = Omit<Parameters<typeof createClient>[1], 'target'>;
type ServerOptions = NonNullable<Parameters<typeof createServer>[0]>;

/** What is switched off. */
interface Off {
  readonly validation?: true;
  readonly deadline?: true;
  readonly client?: ClientOptions;
  readonly server?: ServerOptions;
}

const NO_RETRY: ClientOptions = { retry: { maxAttempts: 1 } };
const NO_BREAKER: ClientOptions = { breaker: { enabled: false } };
const NO_DEADLINE: ClientOptions = { timeoutMs: Number.POSITIVE_INFINITY };
const NO_SHEDDING: ServerOptions = { shedding: false };

const command = productContract.commands.get_products_info;

/** Lets everything through, and still says what it describes: payloads stay laid out by the contract. */
const unchecked = <S extends { readonly '~standard': object }>(schema: S): S =>
  ({
    '~standard': { ...schema['~standard'], vendor: 'none', validate: (value: unknown) => ({ value }) },
  }) as unknown as S;

const contractWithout = ({ validation, deadline }: Off) => {
  const { timeoutMs, ...facts } = command;
  return contract(
    'policies',
    { version: '1.0.0' },
    {
      get_products_info: {
        ...facts,
        ...(deadline === true ? {} : { timeoutMs: timeoutMs ?? 3_000 }),
        input: validation === true ? unchecked(command.input) : command.input,
        output: validation === true ? unchecked(command.output) : command.output,
      },
    },
  );
};

const variant = (name: string, what: string, off: Off): Target => ({
  name,
  what,
  tone: 'ours',
  workloads: [products.name],
  serve: () =>
    createServer({ ...off.server })
      .implement(contractWithout(off), { get_products_info: products.answer })
      .listen({ host: '127.0.0.1', port: 0 }),
  async connect(port) {
    const client = createClient(contractWithout(off), { ...off.client, target: `tcp://127.0.0.1:${port}` });
    await client.$.ready();
    return { call: () => client.get_products_info(products.request) };
  },
});

export const EVERYTHING = 'everything on';
export const NOTHING = 'everything off';

/** As installed, with one thing less each, and with none of them. */
export const TARGETS: readonly Target[] = [
  variant(EVERYTHING, 'as it is installed', {}),
  variant('no validation', 'schemas of the contract let everything through, on both sides', { validation: true }),
  variant('no deadline', 'calls may take for ever: no timer wheel, no deadline on the wire', {
    deadline: true,
    client: NO_DEADLINE,
  }),
  variant('no retry', 'one attempt', { client: NO_RETRY }),
  variant('no breaker', 'endpoints are never given up', { client: NO_BREAKER }),
  variant('no shedding', 'the server does not watch its event loop', { server: NO_SHEDDING }),
  variant(NOTHING, 'all of them at once', {
    validation: true,
    deadline: true,
    client: { ...NO_RETRY, ...NO_BREAKER, ...NO_DEADLINE },
    server: NO_SHEDDING,
  }),
];
