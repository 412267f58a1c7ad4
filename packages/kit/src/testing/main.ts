import { bootTestCluster } from './cluster.ts';

// Prints `{"ready":true,"url":"postgres://…"}` and stays up until stdin ends or a signal comes. The pipe is the leash:
// it ends however the process at its other end dies, so no cluster outlives its tests.
const cluster = await bootTestCluster();

const stop = (): void => {
  void cluster.stop().then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.stdin.once('end', stop);
process.stdin.once('error', stop);
process.stdin.resume();

process.stdout.write(`${JSON.stringify({ ready: true, url: cluster.url })}\n`);
