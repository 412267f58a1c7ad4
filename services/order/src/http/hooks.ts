import type { HttpApp } from './fastify.ts';
import { sendProblem } from './problems.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** Whether the process is on its way out. */
export interface Drain {
  readonly isDraining: boolean;
}

/** What holds for every request: its id, the headers of every reply, the refusal of late ones, one line in the log. */
export const addHooks = (app: HttpApp, drain: Drain): void => {
  let isClosing = false;
  app.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).headers(SECURITY_HEADERS);
    // While it drains it answers; one that comes later could not end before the process must. Health says so itself.
    if (isClosing && !request.url.startsWith('/health/')) return sendProblem(request, reply, 'service_stopping');
  });

  app.addHook('onSend', async (_request, reply) => {
    // So that the client sends its next request to a process that stays.
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
