import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { type Attributes, context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createClient, createServer, RpcError, withContext } from 'cmdrpc';
import { contract, reason, unary } from 'cmdrpc/contract';
import { instrument } from 'cmdrpc/otel';
import { memoryNetwork } from 'cmdrpc/testing';
import { z } from 'zod';

const front = contract(
  'front',
  { version: '1.0.0' },
  { ask: unary({ input: z.object({ n: z.number() }), output: z.number(), effect: 'read' }) },
);
const back = contract(
  'back',
  { version: '1.0.0' },
  {
    double: unary({
      input: z.object({ n: z.number() }),
      output: z.number(),
      effect: 'read',
      errors: { too_large: reason('out_of_range', z.object({ limit: z.number() })) },
    }),
  },
);

const spanExporter = new InMemorySpanExporter();
const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })] });
const meterProvider = new MeterProvider({ readers: [reader] });
const contextManager = new AsyncLocalStorageContextManager().enable();

const network = memoryNetwork();
const backServer = createServer({ name: 'back', network });
const frontServer = createServer({ name: 'front', network });
const seenBaggage: (string | undefined)[] = [];
let frontClient: ReturnType<typeof createClient<typeof front.commands>>;
let backClient: ReturnType<typeof createClient<typeof back.commands>>;
let stop = (): void => undefined;

before(async () => {
  context.setGlobalContextManager(contextManager);
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  stop = instrument({ tracerProvider, meterProvider });
  backServer.implement(back, {
    double: ({ n }, ctx) => {
      seenBaggage.push(propagation.getActiveBaggage()?.getEntry('tenant')?.value);
      if (n > 10) throw ctx.errors.too_large({ limit: 10 });
      return n * 2;
    },
  });
  const backAt = await backServer.listen({ port: 0 });
  backClient = createClient(back, { target: `tcp://back:${backAt.port}`, network });
  frontServer.implement(front, {
    ask: async ({ n }) => {
      const span = tracerProvider.getTracer('test').startSpan('work');
      const doubled = await backClient.double({ n });
      span.end();
      return doubled;
    },
  });
  const frontAt = await frontServer.listen({ port: 0 });
  frontClient = createClient(front, { target: `tcp://front:${frontAt.port}`, network });
});

afterEach(() => spanExporter.reset());

after(async () => {
  stop();
  await Promise.all([frontClient.$.close(), backClient.$.close()]);
  await Promise.all([frontServer.close(), backServer.close()]);
  await meterProvider.shutdown();
  context.disable();
  propagation.disable();
});

const spans = () => spanExporter.getFinishedSpans();
const spanOf = (name: string, kind: SpanKind) => {
  const span = spans().find((one) => one.name === name && one.kind === kind);
  assert.ok(span, `${name} among ${spans().map((one) => one.name)}`);
  return span;
};

test('two hops are one trace: each server span is the child of its client span, and work in a handler of its server span', async () => {
  assert.equal(await frontClient.ask({ n: 4 }), 8);
  const [askClient, askServer] = [spanOf('front/ask', SpanKind.CLIENT), spanOf('front/ask', SpanKind.SERVER)];
  const [doubleClient, doubleServer] = [spanOf('back/double', SpanKind.CLIENT), spanOf('back/double', SpanKind.SERVER)];
  assert.equal(new Set(spans().map((span) => span.spanContext().traceId)).size, 1);
  assert.equal(askClient.parentSpanContext, undefined);
  assert.equal(askServer.parentSpanContext?.spanId, askClient.spanContext().spanId);
  assert.equal(doubleClient.parentSpanContext?.spanId, askServer.spanContext().spanId);
  assert.equal(doubleServer.parentSpanContext?.spanId, doubleClient.spanContext().spanId);
  assert.equal(spanOf('work', SpanKind.INTERNAL).parentSpanContext?.spanId, askServer.spanContext().spanId);
  assert.equal(spans().length, 5);
});

test('a client span names system, method, server and outcome, and has an event for each attempt', async () => {
  await frontClient.ask({ n: 1 });
  const span = spanOf('back/double', SpanKind.CLIENT);
  assert.equal(span.attributes['rpc.system.name'], 'cmdrpc');
  assert.equal(span.attributes['rpc.method'], 'back/double');
  assert.equal(span.attributes['server.address'], 'back');
  assert.equal(typeof span.attributes['server.port'], 'number');
  assert.equal(span.attributes['rpc.response.status_code'], 'ok');
  assert.equal(span.attributes['error.type'], undefined);
  assert.deepEqual(
    span.events.map(({ name, attributes }) => [name, attributes?.['cmdrpc.attempt']]),
    [['attempt', 1]],
  );
});

test('a refusal is an error of the caller and an answer of the server', async () => {
  await assert.rejects(backClient.double({ n: 11 }), (error) => RpcError.is(error) && error.reason === 'too_large');
  const client = spanOf('back/double', SpanKind.CLIENT);
  assert.equal(client.attributes['error.type'], 'out_of_range');
  assert.deepEqual(client.status, { code: SpanStatusCode.ERROR, message: 'too_large' });
  const server = spanOf('back/double', SpanKind.SERVER);
  assert.equal(server.attributes['rpc.response.status_code'], 'out_of_range');
  assert.equal(server.status.code, SpanStatusCode.UNSET);
});

test('a command nobody implements is one method to the tracer, whatever its name', async () => {
  await assert.rejects(backClient.$.pattern('no such thing'));
  const span = spanOf('_OTHER', SpanKind.SERVER);
  assert.equal(span.attributes['rpc.method_original'], '"no such thing"');
  assert.equal(span.status.code, SpanStatusCode.ERROR);
});

test('an active span of the caller is the parent, and its baggage arrives', async () => {
  const parent = tracerProvider.getTracer('test').startSpan('parent');
  const active = propagation.setBaggage(
    trace.setSpan(context.active(), parent),
    propagation.createBaggage({ tenant: { value: 'acme' } }),
  );
  await context.with(active, () => backClient.double({ n: 2 }));
  parent.end();
  assert.equal(spanOf('back/double', SpanKind.CLIENT).parentSpanContext?.spanId, parent.spanContext().spanId);
  assert.equal(seenBaggage.at(-1), 'acme');
});

test('a baggage too large for the headers is left behind and the call succeeds', async () => {
  const baggage = propagation.createBaggage(
    Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`k${n}`, { value: 'x'.repeat(1_000) }])),
  );
  await context.with(propagation.setBaggage(context.active(), baggage), () => backClient.double({ n: 2 }));
  assert.equal(spanOf('back/double', SpanKind.SERVER).attributes['rpc.response.status_code'], 'ok');
});

test('without a span of its own a call continues the trace of withContext', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  await withContext({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` }, () => backClient.double({ n: 2 }));
  assert.equal(spanOf('back/double', SpanKind.SERVER).spanContext().traceId, traceId);
});

test('durations are recorded in seconds by method and outcome on both sides', async () => {
  await frontClient.ask({ n: 3 });
  await reader.forceFlush();
  const metrics =
    metricExporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  for (const name of ['rpc.client.call.duration', 'rpc.server.call.duration']) {
    const metric = metrics.find(({ descriptor }) => descriptor.name === name);
    assert.ok(metric, name);
    assert.equal(metric.descriptor.unit, 's');
    const point = metric.dataPoints.find(
      ({ attributes }: { attributes: Attributes }) =>
        attributes['rpc.method'] === 'front/ask' && attributes['rpc.response.status_code'] === 'ok',
    );
    assert.ok(point, name);
    const { sum, count } = point.value as { sum: number; count: number };
    assert.ok(count >= 1);
    assert.ok(sum > 0 && sum < 10, `${sum} s`);
  }
});
