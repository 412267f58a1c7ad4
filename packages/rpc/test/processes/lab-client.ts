import { createInterface } from 'node:readline';
import { createClient } from 'cmdrpc';
import { lab } from '../fixture.ts';
import { openLoop } from './open-loop.ts';
import { say } from './say.ts';

// A caller in a process of its own: node lab-client.ts <target>. Ends with its account at the first line on stdin.
const [target = ''] = process.argv.slice(2);
const client = createClient(lab, { target, timeoutMs: 20_000, keepaliveMs: 500, keepaliveBusyMs: 200 });
await client.$.ready();
const load = openLoop(100, (id) => client.put(id));
say({ ready: true });
const progress = setInterval(() => say({ answered: load.answers.length }), 50);
for await (const _ of createInterface({ input: process.stdin })) break;
clearInterval(progress);
await load.stop();
say({ ended: true, sent: load.sent, answered: load.answers.length, failures: load.failures.map(String) });
await client.$.close();
process.stdin.destroy();
