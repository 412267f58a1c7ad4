import type { TestContext } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { ClientProxyFactory, type ClientTCP, Transport } from '@nestjs/microservices';
import { lastValueFrom, type Observable, toArray } from 'rxjs';

/** Nest's own TCP client; closed with the test. */
export const nestClient = (t: TestContext, port: number, tlsOptions?: ConnectionOptions): ClientTCP => {
  const options = { host: '127.0.0.1', port, ...(tlsOptions === undefined ? {} : { tlsOptions }) };
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
  t.after(() => client.close());
  return client as ClientTCP;
};

/** Every value of a stream, once it has completed. */
export const allOf = <T>(values: Observable<T>): Promise<T[]> => lastValueFrom(values.pipe(toArray()));

/** What a promise rejected with, whatever kind of thing it is. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => {
      throw new Error(`resolved with ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
