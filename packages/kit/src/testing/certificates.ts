import { fileURLToPath } from 'node:url';

const pathOf = (name: string): string => fileURLToPath(new URL(`./certificates/${name}`, import.meta.url));
const pair = (name: string) => ({ cert: pathOf(`${name}.crt`), key: pathOf(`${name}.key`) });

/**
 * Paths of certificates for tests: `server` and `renewed` are for `localhost`, `127.0.0.1` and `server.test`, `client`
 * names `order`, all three signed by `ca`; `stranger` is of another authority.
 */
export const TEST_CERTIFICATES = {
  ca: pathOf('ca.crt'),
  server: pair('server'),
  renewed: pair('renewed'),
  client: pair('client'),
  stranger: pair('stranger'),
} as const;
