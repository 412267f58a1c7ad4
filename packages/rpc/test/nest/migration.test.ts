import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ClientProxyFactory, RpcException } from '@nestjs/microservices';
import { createClient, createServer } from 'cmdrpc';
import { contract, unary } from 'cmdrpc/contract';
import { RpcClientProxy, type RpcContext, RpcServerStrategy } from 'cmdrpc/nest';
import { concat, EMPTY, firstValueFrom, interval, lastValueFrom, NEVER, Observable, of, throwError } from 'rxjs';
import { z } from 'zod';
import { until } from '../fixture.ts';
import { allOf, nestClient, rejection } from './nest-client.ts';
import { startOnStrategy } from './nest-service.ts';

const refusal = { code: 'TEAPOT', message: 'boom', extra: 1 };

const startService = async (t: TestContext) => {
  const seen: unknown[] = [];
  let unsubscribed = 0;
  const strategy = new RpcServerStrategy({ host: '127.0.0.1', port: 0, drainMs: 200 });
  const app = await startOnStrategy(
    [
      ['message', { cmd: 'echo' }, (data) => data],
      ['message', 5, (data) => data],
      ['message', 'nothing', () => undefined],
      ['message', 'empty', () => EMPTY],
      ['message', 'three', () => of(1, 2, 3)],
      [
        'message',
        'breaks',
        () =>
          concat(
            of(1),
            throwError(() => new RpcException(refusal)),
          ),
      ],
      ['message', 'refuses', () => Promise.reject(new RpcException('재고 없음'))],
      ['message', 'throws', () => Promise.reject(new Error('secret'))],
      [
        'message',
        'silent',
        () => {
          seen.push('silent');
          return new Observable(() => () => {
            unsubscribed += 1;
          });
        },
      ],
      ['message', 'never', () => NEVER],
      ['message', 'ticks', () => interval(2)],
      [
        'message',
        'context',
        (_data, context) => {
          const own = context as unknown as RpcContext;
          const { correlationId, traceparent } = own.getCall();
          return { pattern: own.getPattern(), metadata: { ...own.getMetadata() }, correlationId, traceparent };
        },
      ],
      ['event', { cmd: 'viewed' }, (data) => void seen.push(data)],
    ],
    strategy,
  );
  t.after(() => app.close());
  const port = strategy.address?.port ?? 0;
  const proxy = ClientProxyFactory.create({
    customClass: RpcClientProxy,
    options: { target: `tcp://127.0.0.1:${port}` },
  }) as RpcClientProxy;
  t.after(() => proxy.close());
  return { app, port, proxy, seen, unsubscribed: () => unsubscribed };
};

test("a Nest service and a Nest client talk over the native wire as they did over Nest's", async (t) => {
  const { proxy, seen } = await startService(t);
  assert.deepEqual(await firstValueFrom(proxy.send({ cmd: 'echo' }, { 이름: '😀' })), { 이름: '😀' });
  assert.equal(await firstValueFrom(proxy.send('{"cmd":"echo"}', 1)), 1);
  assert.equal(await firstValueFrom(proxy.send('5', 2)), 2);
  assert.deepEqual(await allOf(proxy.send('three', 1)), [1, 2, 3]);
  assert.deepEqual(await allOf(proxy.send('empty', 1)), []);
  assert.deepEqual(await allOf(proxy.send('nothing', 1)), []);
  await lastValueFrom(proxy.emit({ cmd: 'viewed' }, { id: 1 }), { defaultValue: undefined });
  await until(() => seen.length === 1, 'the event');
});

test('errors arrive as the service threw them', async (t) => {
  const { proxy } = await startService(t);
  const values: unknown[] = [];
  const error = await rejection(
    lastValueFrom(
      new Observable((observer) => {
        proxy.send('breaks', 1).subscribe({
          next: (value) => values.push(value),
          error: (thrown) => observer.error(thrown),
          complete: () => observer.complete(),
        });
      }),
    ),
  );
  assert.deepEqual([values, error], [[1], refusal]);
  assert.deepEqual(await rejection(firstValueFrom(proxy.send('refuses', 1))), {
    status: 'error',
    message: '재고 없음',
  });
  assert.deepEqual(await rejection(firstValueFrom(proxy.send('throws', 1))), {
    status: 'error',
    message: 'Internal server error',
  });
  assert.match(String(await rejection(firstValueFrom(proxy.send('nobody', 1)))), /no matching message handler/);
});

test('unsubscribing unsubscribes at the service, also from what is silent', async (t) => {
  const { proxy, seen, unsubscribed } = await startService(t);
  const subscription = proxy.send('silent', 1).subscribe();
  await until(() => seen.length === 1, 'the call');
  subscription.unsubscribe();
  await until(() => unsubscribed() === 1, 'the unsubscription');
});

test('metadata becomes headers, correlation id and trace', async (t) => {
  const { proxy } = await startService(t);
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  proxy.setOnDispatchHook((packet) => {
    packet.metadata = { 'x-tenant': 'a', 'x-correlation-id': 'order-7', traceparent };
  });
  assert.deepEqual(await firstValueFrom(proxy.send('context', 1)), {
    pattern: 'context',
    metadata: { 'x-tenant': 'a' },
    correlationId: 'order-7',
    traceparent,
  });
});

test('while processes move one by one, stock Nest clients keep talking to a moved service', async (t) => {
  const { port } = await startService(t);
  const stock = nestClient(t, port);
  assert.equal(await firstValueFrom(stock.send({ cmd: 'echo' }, 'still here')), 'still here');
  assert.deepEqual(await allOf(stock.send('three', 1)), [1, 2, 3]);
});

test('the proxy calls a contract of this library, and a typed client calls the Nest service', async (t) => {
  const { port } = await startService(t);
  const lab = contract('lab', { version: '1.0.0' }, { echo: unary({ input: z.string(), output: z.string() }) });
  const typed = createClient(lab, { target: `tcp://127.0.0.1:${port}` });
  t.after(() => typed.$.close());
  assert.equal(await typed.echo('typed'), 'typed');

  const server = createServer().implement(lab, { echo: (text) => text.toUpperCase() });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => server.close({ drainMs: 1 }));
  const proxy = new RpcClientProxy({ target: `tcp://127.0.0.1:${address.port}` });
  t.after(() => proxy.close());
  assert.deepEqual(await allOf(proxy.send({ cmd: 'echo' }, 'a')), ['A']);
  assert.deepEqual(await allOf(proxy.send({ cmd: 'echo' }, 'b')), ['B']);
});

test('closing the application finishes what runs', async (t) => {
  const { app, proxy } = await startService(t);
  const first = await firstValueFrom(proxy.send('ticks', 1));
  assert.equal(first, 0);
  await app.close();
  const error = (await rejection(firstValueFrom(proxy.send('three', 1)))) as { code: string };
  assert.equal(error.code, 'unavailable');
});

test('a port that is taken is told to the application', async (t) => {
  const { port } = await startService(t);
  const error = await rejection(startOnStrategy([], new RpcServerStrategy({ host: '127.0.0.1', port })));
  assert.equal((error as { code: string }).code, 'EADDRINUSE');
});
