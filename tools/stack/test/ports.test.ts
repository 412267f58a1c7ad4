import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { choosePorts, type PortChoice } from '../src/ports/ports.ts';

const choice = (variable: string, port: number): PortChoice => ({
  variable,
  what: variable.toLowerCase(),
  host: '127.0.0.1',
  port,
});

async function listening(t: TestContext, host: string): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen({ host, port: 0 }, resolve);
  await promise;
  t.after(() => void server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

test('free ports are distinct and below the range of outgoing connections', async () => {
  const ports = await choosePorts({ a: choice('A', 0), b: choice('B', 0), c: choice('C', 0) });
  assert.equal(new Set(Object.values(ports)).size, 3);
  for (const port of Object.values(ports)) assert.ok(port >= 20_000 && port < 32_000, String(port));
});

test('every port that is taken is named at once, on this address or on all of them', async (t) => {
  const here = await listening(t, '127.0.0.1');
  const everywhere = await listening(t, '0.0.0.0');
  await assert.rejects(
    choosePorts({ a: choice('A_PORT', here), b: choice('B_PORT', everywhere), c: choice('C_PORT', 0) }),
    {
      name: 'PortsTakenError',
      message: new RegExp(`${here}.*A_PORT[\\s\\S]*${everywhere}.*B_PORT`),
    },
  );
});

test('two parts on one port are refused before anything is tried', async () => {
  await assert.rejects(
    choosePorts({ a: choice('A_PORT', 4010), b: choice('B_PORT', 4010) }),
    /A_PORT and B_PORT are both 4010/,
  );
});
