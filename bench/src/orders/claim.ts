import type { Claim } from '../lib/claim.ts';
import { wholeNumber } from '../lib/options.ts';
import { orderCharts, orderFigures, orderTables } from './report.ts';
import { runRounds } from './rounds.ts';

const NOTES = [
  'The four services are the shop as `start` runs it: PostgreSQL, the document server or mongod, the payment sandbox and four processes, all on this machine, and so is the client. Rate limits are counted and never reached.',
  'The one process calls the workflows, handlers and stores of the four services as functions: the same questions and writes to the same servers, the same charge to the same sandbox, the same outbox. It has no HTTP, no RPC, and neither the validation nor the request log that go with them.',
  'Every order was answered 201, the number and the sum of the charges at the sandbox are those of the orders placed, and every settled payment was told and acknowledged before the CPU was read.',
  'The ratio is taken within a round and its median is shown; every second round goes the other way round.',
  'CPU is what the kernel counts by process (Linux only); that of the client counts with the four services, since it shares the cores.',
];

export const orders: Claim = {
  name: 'orders',
  summary: 'Orders a second through HTTP and four services against one process that does the same work',
  options: {
    'in-flight': { type: 'string', value: 'N', default: '32', help: 'orders under way at a time' },
  },
  async run(run) {
    const inFlight = wholeNumber('in-flight', run.options['in-flight']);
    const samples = await runRounds(run, inFlight);
    return {
      figures: orderFigures(samples),
      tables: orderTables(samples),
      charts: orderCharts(samples),
      notes: [`${inFlight} orders under way, each customer on a kept-alive connection of its own.`, ...NOTES],
      samples,
    };
  },
};
