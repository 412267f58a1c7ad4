import { after } from 'node:test';
import { startPayment, startProduct, startUser } from './peers.ts';
import { readyLine, run } from './process.ts';
import { startDatabase } from './shop.ts';

/** The service as a process of its own, ready, over real peers and a real database. All of it ends with the tests. */
export const startRunningService = async (env: Record<string, string> = {}) => {
  const database = await startDatabase();
  const [user, product, payment] = await Promise.all([startUser(), startProduct(), startPayment()]);
  after(async () => {
    await Promise.all([user.close(), product.close(), payment.close()]);
    await database.stop();
  });
  const { child, output, exit } = run({
    HOST: '127.0.0.1',
    HTTP_PORT: '0',
    TCP_PORT: '0',
    MONGO_URI: database.uri,
    USER_HOST: '127.0.0.1',
    USER_TCP_PORT: String(user.port),
    PRODUCT_HOST: '127.0.0.1',
    PRODUCT_TCP_PORT: String(product.port),
    // A host may bring its port along.
    PAYMENT_HOST: `127.0.0.1:${payment.port}`,
    ...env,
  });
  const { httpPort, tcpPort } = await readyLine(child, output);
  return { database, payment, child, output, exit, url: `http://127.0.0.1:${httpPort}`, tcpPort };
};
