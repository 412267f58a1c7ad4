// Calls the server: an answer, a refusal the contract declares, and an input that never leaves the server's gate.
// Run: node examples/hello/client.ts [tcp://host:port]
import { createClient } from 'cmdrpc';
import { greeter } from './contract.ts';

const client = createClient(greeter, { target: process.argv[2] ?? 'tcp://127.0.0.1:4000', name: 'hello' });

const { text } = await client.greet({ name: 'world' });
console.log(text);

const refused = await client.greet.safe({ name: '' });
if (!refused.ok && refused.error.reason === 'nobody_there') {
  console.log(`refused: ${refused.error.code}, looked ${refused.error.details.looked} time`);
}

// @ts-expect-error the contract's input is typed; a caller without types is told by the server
const wrong = await client.greet.safe({ name: 42 });
console.log(`wrong: ${wrong.error?.code} ${wrong.error?.reason}`);

await client.$.close();
