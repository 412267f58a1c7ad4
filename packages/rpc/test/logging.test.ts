import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, createServer, type Logger, withContext } from 'cmdrpc';
import { contract, reason, unary } from 'cmdrpc/contract';
import { memoryNetwork } from 'cmdrpc/testing';
import { z } from 'zod';

const SECRET = '4111-1111-1111-1111';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

const bank = contract(
  'bank',
  { version: '1.0.0' },
  {
    pay: unary({
      input: z.object({ card: z.string() }),
      output: z.object({ card: z.string() }),
      errors: { refused: reason('failed_precondition', z.object({ card: z.string() })) },
    }),
    audit: unary({ input: z.object({}), output: z.null() }),
  },
);

type Level = 'debug' | 'info' | 'warn' | 'error';
interface Line {
  readonly level: Level;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error'];

/** A logger that keeps its lines, from one level up. */
const recorder = (from: Level = 'debug') => {
  const lines: Line[] = [];
  const asked: string[] = [];
  const at = (bound: object): Logger => {
    const write =
      (level: Level) =>
      (fields: object, message: string): void =>
        void lines.push({ level, fields: { ...bound, ...fields }, message });
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => at({ ...bound, ...fields }),
      isLevelEnabled(level) {
        asked.push(level);
        return LEVELS.indexOf(level as Level) >= LEVELS.indexOf(from);
      },
    };
  };
  return { logger: at({}), lines, asked };
};

const serve = async (logger?: Logger) => {
  const network = memoryNetwork();
  const server = createServer({ name: 'bank', network, ...(logger === undefined ? {} : { logger }) });
  server.implement(bank, {
    pay: ({ card }, ctx) => {
      if (card === '') throw ctx.errors.refused({ card: SECRET });
      if (card === 'throw') throw new Error('database is gone');
      return { card };
    },
    audit: (_input, ctx) => {
      ctx.logger.info({ step: 1 }, 'audited');
      return null;
    },
  });
  const { port } = await server.listen({ port: 0 });
  const client = createClient(bank, { target: `tcp://bank:${port}`, network });
  return {
    client,
    async close() {
      await client.$.close();
      await server.close();
    },
  };
};

const ofCalls = (lines: readonly Line[]) => lines.filter(({ message }) => message.startsWith('rpc call'));

test('a finished call is one line at debug, with who, what and how long', async () => {
  const { logger, lines } = recorder();
  const { client, close } = await serve(logger);
  await withContext({ correlationId: 'c-1', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }, () =>
    client.pay({ card: SECRET }),
  );
  const [line, ...more] = ofCalls(lines);
  assert.deepEqual(more, []);
  assert.deepEqual([line?.level, line?.message], ['debug', 'rpc call finished']);
  const { cmd, correlationId, traceId, attempt, durationMs, peer, code } = line?.fields ?? {};
  assert.deepEqual([cmd, correlationId, traceId, attempt, code], ['pay', 'c-1', TRACE, 1, undefined]);
  assert.equal(typeof durationMs, 'number');
  assert.match(String(peer), /^memory:\d+$/);
  await close();
});

test('a failed call is one line at the level of its code', async () => {
  const { logger, lines } = recorder();
  const { client, close } = await serve(logger);
  await client.pay.safe({ card: '' });
  const thrown = await client.pay.safe({ card: 'throw' });
  assert.deepEqual(
    ofCalls(lines).map(({ level, message, fields }) => [level, message, fields.code, fields.reason]),
    [
      ['info', 'rpc call failed', 'failed_precondition', 'refused'],
      ['error', 'rpc call failed', 'internal', 'handler_threw'],
    ],
  );
  assert.equal(ofCalls(lines).at(-1)?.fields.errorId, thrown.error?.errorId);
  await close();
});

test('no payload reaches the log: not the input, not the output, not the details of a refusal', async () => {
  const { logger, lines } = recorder();
  const { client, close } = await serve(logger);
  await client.pay({ card: SECRET });
  await client.pay.safe({ card: '' });
  await client.pay.safe({ card: 7 } as never);
  assert.ok(lines.length >= 3);
  assert.doesNotMatch(JSON.stringify(lines), new RegExp(SECRET));
  await close();
});

test('lines of a handler carry the correlation and trace of its call', async () => {
  const { logger, lines } = recorder();
  const { client, close } = await serve(logger);
  await withContext({ correlationId: 'c-2', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` }, () => client.audit({}));
  const line = lines.find(({ message }) => message === 'audited');
  assert.deepEqual(line?.fields, { correlationId: 'c-2', cmd: 'audit', traceId: TRACE, step: 1 });
  await close();
});

test('a malformed trace context is in no line and goes no further', async () => {
  const { logger, lines } = recorder();
  const { client, close } = await serve(logger);
  await client.audit({}, { headers: {} });
  await withContext({ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }, () => client.audit({}));
  assert.deepEqual(
    lines.map(({ fields }) => fields.traceId),
    lines.map(() => undefined),
  );
  await close();
});

test('a logger that does not want the line is asked once and given none', async () => {
  const { logger, lines, asked } = recorder('info');
  const { client, close } = await serve(logger);
  await client.pay({ card: 'a' });
  assert.deepEqual(asked, ['debug']);
  assert.deepEqual(ofCalls(lines), []);
  await close();
});
