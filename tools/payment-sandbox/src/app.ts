import { randomUUID } from 'node:crypto';
import { type FastifyError, type FastifyInstance, fastify, LogController } from 'fastify';
import { addHealthRoutes } from './health-routes.ts';
import type { Provider } from './provider.ts';
import { errorBody, languageOf, ProviderError, statusOf } from './provider-error.ts';
import { addProviderRoutes } from './provider-routes.ts';
import { addSandboxRoutes } from './sandbox-routes.ts';

const BODY_LIMIT_BYTES = 64 * 1_024;
const MAX_CONNECTIONS = 1_000;
const REQUEST_TIMEOUT_MS = 15_000;
const HEADERS_TIMEOUT_MS = 10_000;
const CONNECTION_CHECK_MS = 5_000;
// The longest key the API documents is a payment key of 200 characters.
const MAX_PARAM_LENGTH = 200;

/** Where log lines go, as pino writes them: one JSON object per line. */
export interface SandboxLogger {
  readonly level: string;
  readonly stream: { write(line: string): void };
}

/** Builds the HTTP server. Log lines carry the route's pattern, never a URL, header or body. */
export function createApp(provider: Provider, logger: SandboxLogger | undefined): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: CONNECTION_CHECK_MS },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    logger:
      logger === undefined
        ? false
        : { level: logger.level, stream: logger.stream, base: { service: 'payment-sandbox' } },
  });
  app.server.maxConnections = MAX_CONNECTIONS;

  // The body stays text: authentication, idempotency key and test code are looked at before it is read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', (request, reply, next) => {
    reply.header('x-tosspayments-trace-id', request.id);
    next();
  });
  app.addHook('onResponse', (request, reply, next) => {
    const { method, routeOptions } = request;
    const fields = { method, route: routeOptions.url, status: reply.statusCode, durationMs: reply.elapsedTime };
    request.log.info(fields, 'request answered');
    next();
  });

  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: 'NOT_FOUND', message: 'no such route' }));
  app.setErrorHandler<FastifyError | ProviderError>((err, request, reply) => {
    const language = languageOf(request.headers['accept-language']);
    if (err instanceof ProviderError) return reply.code(statusOf(err.code)).send(errorBody(err.code, language));
    const status = err.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(errorBody('INVALID_REQUEST', language));
    request.log.error({ err, route: request.routeOptions.url }, 'request failed');
    return reply.code(500).send(errorBody('FAILED_INTERNAL_SYSTEM_PROCESSING', language));
  });

  addProviderRoutes(app, provider);
  addSandboxRoutes(app, provider);
  addHealthRoutes(app, provider);
  return app;
}
