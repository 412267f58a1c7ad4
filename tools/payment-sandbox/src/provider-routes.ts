import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authenticate } from './authentication.ts';
import { cancelPayment } from './cancel.ts';
import { type Decision, type ProviderCall, read, write } from './exchange.ts';
import { keyIn } from './key-in.ts';
import type { Provider } from './provider.ts';
import type { Delivery } from './provider-answer.ts';
import { languageOf } from './provider-error.ts';
import { issueVirtualAccount, shownAt } from './virtual-account.ts';

interface ByPaymentKey {
  Params: { paymentKey: string };
}
interface ByOrderId {
  Params: { orderId: string };
}

/** The provider's own routes, all under `/v1` and all behind the secret key. */
export function addProviderRoutes(app: FastifyInstance, provider: Provider): void {
  app.register(
    (v1, _options, done) => {
      v1.addHook('onRequest', (request, _reply, next) => {
        authenticate(request.headers.authorization, provider.secretKey);
        next();
      });
      v1.post('/payments/key-in', (request, reply) =>
        answerWrite(request, reply, () => keyIn(provider, request.body, languageOfRequest(request))),
      );
      v1.post<ByPaymentKey>('/payments/:paymentKey/cancel', (request, reply) =>
        answerWrite(request, reply, () => cancelPayment(provider, request.params.paymentKey, request.body)),
      );
      v1.post('/virtual-accounts', (request, reply) =>
        answerWrite(request, reply, () => issueVirtualAccount(provider, request.body)),
      );
      v1.get<ByPaymentKey>('/payments/:paymentKey', (request, reply) =>
        answerRead(request, reply, () => provider.ledger.findByPaymentKey(request.params.paymentKey)),
      );
      v1.get<ByOrderId>('/payments/orders/:orderId', (request, reply) =>
        answerRead(request, reply, () => provider.ledger.findByOrderId(request.params.orderId)),
      );
      done();
    },
    { prefix: '/v1' },
  );

  async function answerWrite(request: FastifyRequest, reply: FastifyReply, decide: () => Decision) {
    const idempotencyKey = header(request, 'idempotency-key');
    return deliver(request, reply, await write(provider, { ...callOf(request), idempotencyKey }, decide));
  }

  async function answerRead(request: FastifyRequest, reply: FastifyReply, find: Parameters<typeof read>[2]) {
    const show: Parameters<typeof read>[3] = (payment) => shownAt(payment, provider.now());
    return deliver(request, reply, await read(provider, callOf(request), find, show));
  }
}

function callOf(request: FastifyRequest): ProviderCall {
  return {
    method: request.method,
    url: request.url,
    language: languageOfRequest(request),
    testCode: header(request, 'tosspayments-test-code'),
  };
}

function languageOfRequest(request: FastifyRequest) {
  return languageOf(request.headers['accept-language']);
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function deliver(request: FastifyRequest, reply: FastifyReply, delivery: Delivery): FastifyReply {
  switch (delivery.kind) {
    case 'answer':
      return reply.code(delivery.status).send(delivery.body);
    case 'text':
      return reply.code(delivery.status).type('text/html; charset=utf-8').send(delivery.text);
    case 'cut':
      request.log.info({ route: request.routeOptions.url }, 'connection cut');
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
  }
}
