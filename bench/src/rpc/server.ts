import { TARGETS } from './targets/index.ts';

/** A server process: serves the target named in argv and answers each line on stdin with what it used so far. */
const target = TARGETS.find(({ name }) => name === process.argv[2]);
if (target === undefined) throw new Error(`no target ${process.argv[2]}`);
const { port } = await target.serve();
process.send?.({ port });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit(0));
