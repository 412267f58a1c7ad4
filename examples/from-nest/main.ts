// Leaving NestJS's TCP transport one process at a time. A service that has moved still answers clients that have not; a
// client that has moved still calls services that have not; and the contract comes when there is time for it.
// Run: node examples/from-nest/main.ts
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { createClient, createServer } from 'cmdrpc';
import { contract, unary } from 'cmdrpc/contract';
import { RpcClientProxy } from 'cmdrpc/nest';
import { firstValueFrom } from 'rxjs';
import { z } from 'zod';

// 1. The service moves: the same patterns, without decorators. `envelope: false` answers as Nest does, with bare values.
const moved = createServer({ name: 'math', nest: { envelope: false } });
moved.on({ cmd: 'sum' }, (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0));
const { port } = await moved.listen({ host: '127.0.0.1', port: 0 });

const oldClient = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
console.log(`nest client, moved service: ${await firstValueFrom(oldClient.send({ cmd: 'sum' }, [1, 2, 3]))}`);
oldClient.close();

// 2. A Nest application moves its client by one setting: `send` stays, the wire is the native one.
const target = `tcp://127.0.0.1:${port}`;
const proxy = ClientProxyFactory.create({ customClass: RpcClientProxy, options: { target } });
console.log(`nest application on the native wire: ${await firstValueFrom(proxy.send({ cmd: 'sum' }, [1, 2, 3]))}`);
await proxy.close();
await moved.close();

// 3. The contract: a command named `sum` is `{ cmd: 'sum' }` to those who do not know it.
const math = contract(
  'math',
  { version: '1.0.0' },
  { sum: unary({ input: z.array(z.number()), output: z.number(), effect: 'read' }) },
);

// 4. The other way round: a service that is still Nest's own, called with the contract. The decorators are called as
// functions, because this file runs without a build step.
class MathController {
  sum(numbers: number[]): number {
    return numbers.reduce((sum, number) => sum + number, 0);
  }
}
const handler = Object.getOwnPropertyDescriptor(MathController.prototype, 'sum');
if (handler === undefined) throw new Error('no handler');
MessagePattern({ cmd: 'sum' })(MathController.prototype, 'sum', handler);
Controller()(MathController);
class AppModule {}
Module({ controllers: [MathController] })(AppModule);

const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
  logger: false,
  transport: Transport.TCP,
  options: { host: '127.0.0.1', port: 0 },
});
await app.listen();
const nestPort = app.unwrap<{ address(): { port: number } }>().address().port;
const client = createClient(math, { target: `tcp://127.0.0.1:${nestPort}`, wire: 'nest' });
console.log(`typed client, nest service: ${await client.sum([4, 5, 6])}`);
await client.$.close();
await app.close();
