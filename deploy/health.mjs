// The health check of every image: exit code 0 when the program can do its work. It asks the gateway whether it and
// everything it calls are ready, and the others whether they accept connections.
import { connect } from 'node:net';

const WITHIN_MS = 4_000;
const { HTTP_PORT, SANDBOX_PORT, TCP_PORT } = process.env;

if (HTTP_PORT) await answersOk(`http://127.0.0.1:${HTTP_PORT}/health/ready`);
else await accepts(Number(TCP_PORT || SANDBOX_PORT));
process.exit(0);

async function answersOk(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

function accepts(port) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const socket = connect({ host: '127.0.0.1', port });
  socket.setTimeout(WITHIN_MS, () => reject(new Error(`port ${port} did not answer in ${WITHIN_MS} ms`)));
  socket.once('connect', resolve);
  socket.once('error', reject);
  return promise;
}
