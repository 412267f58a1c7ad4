import type { FastifyBaseLogger } from 'fastify';
import { fastify, LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { addAuthRoutes } from './http/auth.ts';
import { answerClientError } from './http/client-errors.ts';
import { addDocsRoutes } from './http/docs.ts';
import { addErrorHandler, answerEarlyError } from './http/error-handler.ts';
import type { HttpApp } from './http/fastify.ts';
import { sweepWhenClosing } from './http/graceful-close.ts';
import { addHealthRoutes, type HealthDeps } from './http/health.ts';
import { addHooks, type Drain } from './http/hooks.ts';
import { addLimits, type Limits } from './http/limits.ts';
import { addLoadShedding, type LoadBounds } from './http/load-shedding.ts';
import { addMethodNotAllowed, watchMethods } from './http/method-not-allowed.ts';
import { addMetrics, type Metrics } from './http/metrics.ts';
import { addOpenApi } from './http/openapi.ts';
import { addOrderRoutes } from './http/orders.ts';
import { addProductRoutes } from './http/products.ts';
import { addOrderReadRoutes } from './http/read-orders.ts';
import { requestIdOf } from './http/request-scope.ts';
import { validatorCompiler } from './http/validation.ts';
import { addWebhookRoutes } from './http/webhooks.ts';
import type { OnceDeps } from './workflow/answer-once.ts';
import type { WorkflowDeps } from './workflow/deps.ts';
import type { InFlight } from './workflow/in-flight.ts';

/** Everything the HTTP side stands on. */
export interface AppDeps extends HealthDeps {
  readonly workflow: WorkflowDeps;
  readonly once: OnceDeps;
  readonly inFlight: InFlight;
  readonly limits: Limits;
  readonly loadBounds: LoadBounds;
  readonly metrics: Metrics;
  /** Proxies whose `X-Forwarded-For` is believed, as addresses or CIDR blocks; empty for none. */
  readonly trustedProxies: readonly string[];
  readonly drain: Drain;
  readonly logger: FastifyBaseLogger;
}

/** Builds the HTTP application; it does not listen. */
export const buildApp = async (deps: AppDeps): Promise<HttpApp> => {
  const app = fastify({
    loggerInstance: deps.logger,
    genReqId: requestIdOf,
    // One line per request, written by a hook that knows what may be said.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    trustProxy: deps.trustedProxies.length > 0 ? [...deps.trustedProxies] : false,
    bodyLimit: 64 * 1_024,
    // Fastify's default 0 would also switch Node's own guard against slow senders off.
    requestTimeout: 15_000,
    connectionTimeout: 30_000,
    // Longer than the 60 s after which balancers drop idle connections, so that it is never we who close first.
    keepAliveTimeout: 72_000,
    // No handlerTimeout: it would answer 503 for an order whose charge may be under way. Every call inside is bounded.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5_000, maxHeaderSize: 16 * 1_024 },
    forceCloseConnections: 'idle',
    // What comes late is refused by a hook, in this API's own words.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      void answerEarlyError(error, request, reply);
    },
    routerOptions: { maxParamLength: 100 },
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  addErrorHandler(app);
  sweepWhenClosing(app);
  addHooks(app, deps.drain);
  await addLoadShedding(app, deps.loadBounds);
  const limiters = await addLimits(app, deps.limits);
  const methods = watchMethods(app);
  await addOpenApi(app);
  const { workflow, once, inFlight } = deps;
  addOrderRoutes(app, workflow, { once, inFlight, limiters, requestMs: workflow.budgets.requestMs });
  addOrderReadRoutes(app, workflow);
  addAuthRoutes(app, workflow, limiters);
  addProductRoutes(app, workflow);
  addWebhookRoutes(app, workflow, limiters);
  addMetrics(app, deps.metrics);
  addHealthRoutes(app, deps, deps.drain);
  await addDocsRoutes(app);
  addMethodNotAllowed(app, methods);
  return app;
};
