import type { TestContext } from 'node:test';
import {
  type Client,
  type ClientOptions,
  createClient,
  createServer,
  type Handlers,
  type Server,
  type ServerOptions,
} from 'cmdrpc';
import { contract, event, reason, unary } from 'cmdrpc/contract';
import type { FakeClock } from 'cmdrpc/testing';
import { z } from 'zod';

const anything = { input: z.unknown(), output: z.unknown() };

/** Commands of every effect, with refusals and events, whose handlers each test gives. */
export const lab = contract(
  'lab',
  { version: '1.0.0' },
  {
    look: unary({ ...anything, effect: 'read' }),
    put: unary({ ...anything, effect: 'idempotent' }),
    pay: unary(anything),
    price: unary({
      input: z.object({ id: z.string(), amount: z.number().default(1) }),
      output: z.object({ total: z.number() }),
      timeoutMs: 3_000,
      errors: {
        out_of_stock: z.object({ left: z.number() }),
        not_known: reason('not_found', z.object({ id: z.string() })),
      },
    }),
    happened: event({ input: z.object({ id: z.string() }) }),
  },
);

export type LabHandlers = Handlers<typeof lab.commands>;
export type LabClient = Client<typeof lab.commands>;

const handlers: LabHandlers = {
  look: (input) => input,
  put: (input) => input,
  pay: (input) => input,
  price: ({ amount }) => ({ total: amount * 100 }),
  happened: () => undefined,
};

/** A server with the given handlers, listening on a free port; closed with the test. */
export const serve = async (
  t: TestContext,
  given: Partial<LabHandlers> = {},
  options: ServerOptions = {},
  port = 0,
): Promise<{ readonly server: Server; readonly port: number; readonly target: string }> => {
  const server = createServer(options).implement(lab, { ...handlers, ...given });
  const address = await server.listen({ host: '127.0.0.1', port });
  t.after(() => passing(options.clock, server.close({ drainMs: 1 })));
  return { server, port: address.port, target: `tcp://127.0.0.1:${address.port}` };
};

/** A client of it; closed with the test. */
export const connect = (t: TestContext, target: string, options: Partial<ClientOptions> = {}): LabClient => {
  const client = createClient(lab, { target, ...options });
  t.after(() => passing(options.clock, client.$.close({ drainMs: 1 })));
  return client;
};

/** Lets time pass, on a clock that only moves when told, until something has ended. */
export const passing = async <T>(clock: object | undefined, promise: Promise<T>): Promise<T> => {
  let ended = false;
  const over = promise.finally(() => {
    ended = true;
  });
  if (clock !== undefined && 'advance' in clock) while (!ended) await (clock as FakeClock).advance(100);
  return over;
};

/** Waits until something is true, looking every few milliseconds. */
export const until = async (condition: () => boolean, what: string, timeoutMs = 20_000): Promise<void> => {
  const giveUpMs = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > giveUpMs) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
};

/** Resolves when told; what a handler waits for in place of time. */
export const gate = (): { readonly passed: Promise<void>; open(): void } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: () => resolve() };
};

/** A logger that keeps what is said. */
export const listening = () => {
  const lines: { readonly level: string; readonly message: string; readonly fields: object }[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, message, fields });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
};
