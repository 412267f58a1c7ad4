// The health check of every image: exit code 0 when the program can do its work. It asks the gateway whether it and
// everything it calls are ready, and the others whether they accept connections.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';

const WITHIN_MS = 4_000;
const { HTTP_PORT, SANDBOX_PORT, TCP_PORT, RPC_TLS_CERT_FILE, RPC_TLS_KEY_FILE } = process.env;

if (HTTP_PORT) await answersOk(`http://127.0.0.1:${HTTP_PORT}/health/ready`);
else await accepts(Number(TCP_PORT || SANDBOX_PORT));
process.exit(0);

async function answersOk(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

function accepts(port) {
  const { promise, resolve, reject } = Promise.withResolvers();
  const to = { host: '127.0.0.1', port };
  const isTls = TCP_PORT && RPC_TLS_CERT_FILE && RPC_TLS_KEY_FILE;
  const socket = isTls ? connectTls({ ...to, ...ownCertificate() }) : connect(to);
  socket.setTimeout(WITHIN_MS, () => reject(new Error(`port ${port} did not answer in ${WITHIN_MS} ms`)));
  // Ended and not cut: of a handshake the last message may still be on its way.
  socket.once(isTls ? 'secureConnect' : 'connect', () => socket.end());
  socket.once('close', resolve);
  socket.once('error', reject);
  return promise;
}

/** The program's own: its peers are asked for one, and whether its name fits is for them to judge, not for itself. */
function ownCertificate() {
  return {
    cert: readFileSync(RPC_TLS_CERT_FILE),
    key: readFileSync(RPC_TLS_KEY_FILE),
    rejectUnauthorized: false,
  };
}
