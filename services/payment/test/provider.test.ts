import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { createProvider } from '../src/provider/client.ts';
import type { CardCharge, Provider } from '../src/provider/provider.ts';
import { SECRET_KEY, startTestSandbox, type TestSandbox } from './sandbox.ts';

const cardCharge = (over: Partial<CardCharge> = {}): CardCharge => {
  const orderId = uuidv7();
  return {
    providerOrderId: orderId,
    idempotencyKey: `charge:${orderId}:1`,
    orderName: '주문 1',
    amount: 3_000,
    customerName: '홍길동',
    customerEmail: 'user@example.com',
    cardNumber: '123123',
    expiryYear: '26',
    expiryMonth: '12',
    birthOrRegistration: '9',
    passwordTwoDigits: '12',
    ...over,
  };
};

describe('the provider adapter at the sandbox', () => {
  let sandbox: TestSandbox;
  let provider: Provider;
  before(async () => {
    sandbox = await startTestSandbox();
    provider = createProvider({ baseUrl: sandbox.url, secretKey: SECRET_KEY });
  });
  beforeEach(() => sandbox.faults({}));
  after(async () => {
    await provider.close();
    await sandbox.close();
  });

  test('an approval brings the payment key, and the lookup tells the same', async () => {
    const charge = cardCharge();
    const outcome = await provider.charge(charge);
    assert.ok(outcome.kind === 'approved');
    const [charged, ...more] = await sandbox.charges(charge.providerOrderId);
    assert.equal(charged?.paymentKey, outcome.paymentKey);
    assert.equal(more.length, 0);
    const found = await provider.lookup(charge);
    assert.deepEqual({ ...found, traceId: undefined }, { ...outcome, traceId: undefined });
  });

  test('a lookup of what was never charged finds nothing', async () => {
    assert.equal((await provider.lookup(cardCharge())).kind, 'not_found');
  });

  test('a wrong key is a misconfiguration and charges nothing', async () => {
    const stranger = createProvider({ baseUrl: sandbox.url, secretKey: 'test_sk_of_somebody_else' });
    const charge = cardCharge();
    const { traceId: _, ...outcome } = await stranger.charge(charge);
    await stranger.close();
    assert.deepEqual(outcome, { kind: 'misconfigured', code: 'UNAUTHORIZED_KEY' });
    assert.deepEqual(await sandbox.charges(charge.providerOrderId), []);
  });

  test('an answer that takes longer than the budget is unknown, though it was charged', async () => {
    const hasty = createProvider({ baseUrl: sandbox.url, secretKey: SECRET_KEY, chargeBudgetMs: 300 });
    const charge = cardCharge({ cardNumber: '4000000000000259' });
    const outcome = await hasty.charge(charge);
    await hasty.close();
    assert.equal(outcome.kind, 'unknown');
    assert.equal((await sandbox.charges(charge.providerOrderId)).length, 1);
    assert.equal((await provider.lookup(charge)).kind, 'approved');
  });

  test('closing cuts a charge under way, which is unknown then, and sends nothing more', async () => {
    const closing = createProvider({ baseUrl: sandbox.url, secretKey: SECRET_KEY });
    const charge = cardCharge({ cardNumber: '4000000000000259' });
    const outcome = closing.charge(charge);
    while ((await sandbox.charges(charge.providerOrderId)).length === 0);
    await closing.close();
    assert.equal((await outcome).kind, 'unknown');
    assert.equal((await closing.charge(cardCharge())).kind, 'not_sent');
  });
});

describe('the provider adapter at a host that misbehaves', () => {
  const listening = async (server: Server | ReturnType<typeof createTcpServer>): Promise<string> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  /** Charges once at a server with this behaviour; returns the outcome and how often the server was asked. */
  const chargeAt = async (answer: (request: IncomingMessage, response: import('node:http').ServerResponse) => void) => {
    let requests = 0;
    const server = createServer((request, response) => {
      requests++;
      answer(request, response);
    });
    const provider = createProvider({ baseUrl: await listening(server), secretKey: SECRET_KEY, chargeBudgetMs: 3_000 });
    try {
      return { outcome: await provider.charge(cardCharge()), requests };
    } finally {
      await provider.close();
      server.closeAllConnections();
      server.close();
    }
  };

  test('charges of one moment share a connection, and one that the host has closed is not used again', async () => {
    const connections: import('node:net').Socket[] = [];
    const server = createServer((_, response) => response.writeHead(400).end('{"code":"REJECT_CARD_PAYMENT"}'));
    server.on('connection', (socket) => connections.push(socket));
    const provider = createProvider({ baseUrl: await listening(server), secretKey: SECRET_KEY });
    const charge = async () => {
      assert.equal((await provider.charge(cardCharge())).kind, 'rejected');
      // The connection is free again at the end of the turn that brought the answer.
      await turn();
    };
    try {
      await charge();
      await charge();
      assert.equal(connections.length, 1);
      const [kept] = connections;
      assert.ok(kept);
      // It closes on our side only when the other side has closed its own.
      const closed = once(kept, 'close');
      server.closeIdleConnections();
      await closed;
      await charge();
      assert.equal(connections.length, 2);
    } finally {
      await provider.close();
      server.close();
    }
  });

  test('a connection is not kept for longer than a second, whatever the host offers', async () => {
    const server = createServer({ keepAliveTimeout: 60_000 }, (_, response) =>
      response.writeHead(400).end('{"code":"REJECT_CARD_PAYMENT"}'),
    );
    const connected = once(server, 'connection');
    const provider = createProvider({ baseUrl: await listening(server), secretKey: SECRET_KEY });
    try {
      await provider.charge(cardCharge());
      const [socket] = await connected;
      const startedAt = performance.now();
      await once(socket, 'close');
      assert.ok(performance.now() - startedAt < 5_000);
    } finally {
      await provider.close();
      server.close();
    }
  });

  test('nobody there is not sent', async () => {
    const server = createTcpServer();
    const baseUrl = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const provider = createProvider({ baseUrl, secretKey: SECRET_KEY });
    const outcome = await provider.charge(cardCharge());
    await provider.close();
    assert.deepEqual(outcome, { kind: 'not_sent', cause: 'ECONNREFUSED', traceId: undefined });
  });

  test('a name that does not resolve is not sent', async () => {
    const provider = createProvider({ baseUrl: 'https://provider.invalid', secretKey: SECRET_KEY });
    const outcome = await provider.charge(cardCharge());
    await provider.close();
    assert.equal(outcome.kind, 'not_sent');
  });

  test('a host that speaks no TLS is not sent: not a byte of the request was written', async () => {
    const heard: Buffer[] = [];
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        heard.push(data);
        socket.end('not tls at all');
      });
    });
    const baseUrl = (await listening(server)).replace('http:', 'https:');
    const provider = createProvider({ baseUrl, secretKey: SECRET_KEY });
    const outcome = await provider.charge(cardCharge());
    await provider.close();
    server.close();
    assert.equal(outcome.kind, 'not_sent');
    assert.ok(!Buffer.concat(heard).includes('cardNumber'));
  });

  test('a connection cut before the answer is unknown, and the request is not written again', async () => {
    const { outcome, requests } = await chargeAt((request) => request.socket.destroy());
    assert.equal(outcome.kind, 'unknown');
    assert.equal(requests, 1);
  });

  test('a connection that is reset is unknown, and the request is not written again', async () => {
    const { outcome, requests } = await chargeAt((request) => request.socket.resetAndDestroy());
    assert.equal(outcome.kind, 'unknown');
    assert.equal(requests, 1);
  });

  test('half an answer is unknown', async () => {
    const { outcome } = await chargeAt((request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"paymentKey":');
      setImmediate(() => request.socket.destroy());
    });
    assert.equal(outcome.kind, 'unknown');
  });

  test('a redirect is not followed', async () => {
    const { outcome, requests } = await chargeAt((request, response) => {
      response.writeHead(307, { location: `http://${request.headers.host}/elsewhere` }).end();
    });
    assert.deepEqual(outcome, { kind: 'unknown', cause: 'status_307', code: undefined, traceId: undefined });
    assert.equal(requests, 1);
  });

  test('an answer of more than 256 KiB is cut off and unknown', async () => {
    const { outcome } = await chargeAt((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"padding":"${'x'.repeat(300 * 1_024)}"}`);
    });
    assert.equal(outcome.kind, 'unknown');
    assert.equal('cause' in outcome && outcome.cause, 'UND_ERR_RES_EXCEEDED_MAX_SIZE');
  });

  test('the request is what the provider documents', async () => {
    let seen: Record<string, unknown> = {};
    const { outcome } = await chargeAt((request, response) => {
      const { authorization, 'idempotency-key': idempotencyKey, 'content-type': contentType } = request.headers;
      seen = {
        method: request.method,
        url: request.url,
        authorization,
        idempotencyKey: Boolean(idempotencyKey),
        contentType,
      };
      response.setHeader('x-tosspayments-trace-id', 'trace-1');
      response.writeHead(400).end('{"code":"REJECT_CARD_PAYMENT"}');
    });
    assert.deepEqual(seen, {
      method: 'POST',
      url: '/v1/payments/key-in',
      authorization: `Basic ${Buffer.from(`${SECRET_KEY}:`).toString('base64')}`,
      idempotencyKey: true,
      contentType: 'application/json',
    });
    assert.deepEqual(outcome, { kind: 'rejected', code: 'REJECT_CARD_PAYMENT', traceId: 'trace-1' });
  });

  test('a base URL that would send cards in the clear is refused', () => {
    assert.throws(() => createProvider({ baseUrl: 'http://192.0.2.1', secretKey: SECRET_KEY }), TypeError);
  });
});
