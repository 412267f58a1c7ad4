// A server stream, a conversation in both directions, and events. The reader sets the pace: a producer that is far
// ahead waits, so memory stays bounded however long a stream runs.
// Run: node examples/streams/main.ts
import { createClient, createServer } from 'cmdrpc';
import { bidi, contract, event, serverStream } from 'cmdrpc/contract';
import { z } from 'zod';

const numbers = contract(
  'numbers',
  { version: '1.0.0' },
  {
    count: serverStream({ input: z.object({ from: z.number() }), output: z.number(), effect: 'read' }),
    running_sum: bidi({ input: z.number(), output: z.number() }),
    noticed: event({ input: z.object({ value: z.number() }) }),
  },
);

let produced = 0;
const server = createServer({ name: 'numbers' }).implement(numbers, {
  // A handler of a stream yields. It ends early, by `return()`, when its reader leaves.
  async *count({ from }) {
    for (let value = from; ; value += 1) {
      produced += 1;
      yield value;
    }
  },
  async *running_sum(incoming) {
    let sum = 0;
    for await (const value of incoming) {
      sum += value;
      yield sum;
    }
  },
  noticed: ({ value }) => console.log(`server noticed ${value}`),
});
const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
const client = createClient(numbers, { target: `tcp://127.0.0.1:${port}` });

const read: number[] = [];
for await (const value of client.count({ from: 10 })) {
  read.push(value);
  if (read.length === 3) break; // Leaving the loop cancels the call at the server.
}
console.log(`read ${read.join(' ')} of an endless stream, the server stopped: ${produced < 100_000}`);

const talk = client.running_sum();
for (const value of [1, 2, 3]) await talk.send(value);
await talk.end();
const sums: number[] = [];
for await (const sum of talk) sums.push(sum);
console.log(`sums ${sums.join(' ')}`);

await client.noticed.emit({ value: 7 }, { ack: true }); // Resolves once the handler has taken it.
await client.$.close();
await server.close();
