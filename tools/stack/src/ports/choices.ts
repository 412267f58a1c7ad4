import type { Ports } from '../topology.ts';
import type { PortChoice } from './ports.ts';

/** What each port is for, and the variable that moves it. A server that the user brought needs no port of ours. */
export function portChoices(
  asked: Partial<Ports>,
  host: string,
  { ownPostgres, ownMongo }: { readonly ownPostgres: boolean; readonly ownMongo: boolean },
): Record<keyof Ports, PortChoice> {
  const local = (variable: string, what: string, port: number | undefined): PortChoice => ({
    variable,
    what,
    host: '127.0.0.1',
    port: port ?? 0,
  });
  return {
    http: { variable: 'HTTP_PORT', what: 'HTTP gateway', host, port: asked.http ?? 0 },
    order: local('ORDER_TCP_PORT', 'order', asked.order),
    user: local('USER_TCP_PORT', 'user', asked.user),
    product: local('PRODUCT_TCP_PORT', 'product', asked.product),
    payment: local('PAYMENT_TCP_PORT', 'payment', asked.payment),
    sandbox: local('SANDBOX_PORT', 'payment sandbox', asked.sandbox),
    postgres: local('POSTGRES_PORT', 'PostgreSQL', ownPostgres ? asked.postgres : 0),
    mongo: local('MONGO_PORT', 'MongoDB', ownMongo ? asked.mongo : 0),
  };
}
