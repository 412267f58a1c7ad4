import 'reflect-metadata';
import type { AddressInfo, Server } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  type CustomTransportStrategy,
  EventPattern,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  type TcpContext,
  Transport,
} from '@nestjs/microservices';

type NestHandler = (data: never, context: TcpContext) => unknown;

/** What a Nest controller answers: pattern, kind and method of each entry. */
export type NestHandlers = readonly (readonly ['message' | 'event', unknown, NestHandler])[];

/** A whole Nest microservice, exception filters and all, its decorators applied as the functions they are. */
const nestModule = (handlers: NestHandlers): (new () => object) => {
  class Service {}
  for (const [index, [kind, pattern, handle]] of handlers.entries()) {
    const name = `handler${index}`;
    // A function of its own: the decorator leaves its mark on it, and a handler may serve several patterns.
    const value = (data: never, context: TcpContext) => handle(data, context);
    const descriptor = { value, configurable: true, writable: true };
    Object.defineProperty(Service.prototype, name, descriptor);
    const decorator = kind === 'message' ? MessagePattern(pattern as string) : EventPattern(pattern as string);
    // Its type is made for the syntax, which this runtime does not have.
    const decorate = decorator as unknown as MethodDecorator;
    Payload()(Service.prototype, name, 0);
    Ctx()(Service.prototype, name, 1);
    decorate(Service.prototype, name, descriptor);
  }
  Controller()(Service);
  class App {}
  Module({ controllers: [Service] })(App);
  return App;
};

export interface NestService {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts it on Nest's own TCP transport. */
export const startNestService = async (handlers: NestHandlers, tlsOptions?: TlsOptions): Promise<NestService> => {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(nestModule(handlers), {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: 0, ...(tlsOptions === undefined ? {} : { tlsOptions }) },
    logger: false,
  });
  await app.listen();
  return { port: (app.unwrap<Server>().address() as AddressInfo).port, close: () => app.close() };
};

/** Starts it on a transport of ours. */
export const startOnStrategy = async (handlers: NestHandlers, strategy: CustomTransportStrategy) => {
  const app = await NestFactory.createMicroservice<{ strategy: CustomTransportStrategy }>(nestModule(handlers), {
    strategy,
    logger: false,
  });
  await app.listen();
  return app;
};
