import cluster, { type Worker } from 'node:cluster';
import type { MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import { AggregatorRegistry } from 'prom-client';

type Measured = MetricObjectWithValues<MetricValue<string>>[];

/** The messages between a worker and its supervisor; `id` joins an answer with its question. */
type Message =
  /** A worker is scraped and wants the numbers of all. */
  | { readonly tag: 'metrics-wanted'; readonly id: number }
  /** The supervisor asks each worker for its own. */
  | { readonly tag: 'metrics-asked'; readonly id: number }
  | { readonly tag: 'metrics-told'; readonly id: number; readonly measured: Measured }
  | { readonly tag: 'metrics-of-all'; readonly id: number; readonly text: string }
  | { readonly tag: 'metrics-missing'; readonly id: number };

/** Milliseconds; a worker that takes longer fails the scrape, for without it every sum would be wrong. */
const TIMEOUT_MS = 4_000;

const isMessage = (message: unknown): message is Message =>
  typeof message === 'object' && message !== null && 'tag' in message && String(message.tag).startsWith('metrics-');

/** Questions under way by their id, each with a time limit. */
const createQuestions = <T>() => {
  const open = new Map<number, { settle(answer: T): void; fail(): void }>();
  let last = 0;
  return {
    ask: (send: (id: number) => void): Promise<T> => {
      last += 1;
      const id = last;
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const fail = (): void => reject(new Error('a worker did not tell its measurements'));
      const timer = setTimeout(fail, TIMEOUT_MS);
      open.set(id, { settle: resolve, fail });
      send(id);
      return promise.finally(() => {
        clearTimeout(timer);
        open.delete(id);
      });
    },
    settle: (id: number, answer: T): void => open.get(id)?.settle(answer),
    fail: (id: number): void => open.get(id)?.fail(),
  };
};

/** To a worker that ends at this moment nothing is told; whoever waits for its answer has a time limit. */
const tell = (worker: Worker, message: Message): void => {
  worker.send(message, undefined, undefined, () => undefined);
};

/** The supervisor's side: gathers what all workers have measured whenever one of them is scraped. */
export const gatherMetrics = (): void => {
  const questions = createQuestions<Measured>();
  const askOne = (worker: Worker): Promise<Measured> =>
    questions.ask((id) => tell(worker, { tag: 'metrics-asked', id }));
  const isListening = new Set<Worker>();
  const all = async (): Promise<string> => {
    // One that has just been started has measured nothing and does not answer yet.
    const workers = [...isListening].filter((worker) => worker.isConnected());
    return AggregatorRegistry.aggregate(await Promise.all(workers.map(askOne))).metrics();
  };
  cluster.on('listening', (worker) => isListening.add(worker));
  cluster.on('exit', (worker) => isListening.delete(worker));
  cluster.on('message', (worker, message: unknown) => {
    if (!isMessage(message)) return;
    if (message.tag === 'metrics-told') questions.settle(message.id, message.measured);
    if (message.tag !== 'metrics-wanted') return;
    all().then(
      (text) => tell(worker, { tag: 'metrics-of-all', id: message.id, text }),
      () => tell(worker, { tag: 'metrics-missing', id: message.id }),
    );
  });
};

/** A worker's side: tells what it measured, and returns what asks for the numbers of all, as text for Prometheus. */
export const metricsOfAll = (registry: Registry): (() => Promise<string>) => {
  const questions = createQuestions<string>();
  const send = (message: Message): void => void process.send?.(message, undefined, undefined, () => undefined);
  process.on('message', (message: unknown) => {
    if (!isMessage(message)) return;
    const { id } = message;
    if (message.tag === 'metrics-of-all') questions.settle(id, message.text);
    if (message.tag === 'metrics-missing') questions.fail(id);
    if (message.tag !== 'metrics-asked') return;
    void registry.getMetricsAsJSON().then((measured) => send({ tag: 'metrics-told', id, measured }));
  });
  return () => questions.ask((id) => send({ tag: 'metrics-wanted', id }));
};
