import type { HttpApp } from './fastify.ts';
import { sendProblem } from './problems.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Whether the process is on its way out. */
export interface Drain {
  readonly isDraining: boolean;
}

/** What holds for every request: its id, the headers of every reply, the refusal while stopping, one line in the log. */
export const addHooks = (app: HttpApp, drain: Drain): void => {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).headers(SECURITY_HEADERS);
    // Health says so itself, in its own words.
    if (drain.isDraining && !request.url.startsWith('/health/')) return sendProblem(request, reply, 'service_stopping');
  });

  app.addHook('onSend', async (_request, reply) => {
    // Otherwise a kept-alive connection would go on sending to a process that is going away.
    if (drain.isDraining) reply.header('connection', 'close');
  });

  app.addHook('onResponse', async (request, reply) => {
    const { params } = request;
    const location = reply.getHeader('location');
    const orderId =
      typeof location === 'string' && location.startsWith('/order/')
        ? location.slice('/order/'.length)
        : isOrderParams(params)
          ? params.orderId
          : undefined;
    request.log.info(
      {
        method: request.method,
        // The pattern, not the address: addresses are the client's own text.
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        orderId,
        correlationId: orderId ?? request.id,
      },
      'request served',
    );
  });
};

const isOrderParams = (params: unknown): params is { readonly orderId: string } =>
  typeof params === 'object' && params !== null && 'orderId' in params && isUuid(params.orderId);

const isUuid = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f-]{36}$/i.test(value);
