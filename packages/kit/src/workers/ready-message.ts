import cluster from 'node:cluster';

const KEY = 'worker-ready';

/** Says that this process is ready: a worker to its supervisor, any other as a line of JSON on stdout. */
export const sayReady = (service: string, fields: object): void => {
  if (cluster.isWorker) process.send?.({ [KEY]: fields });
  else process.stdout.write(`${JSON.stringify({ ready: true, service, ...fields })}\n`);
};

/** What a worker said when it was ready; undefined for any other message. */
export const readyFieldsOf = (message: unknown): object | undefined => {
  if (typeof message !== 'object' || message === null || !(KEY in message)) return undefined;
  const fields = message[KEY];
  return typeof fields === 'object' && fields !== null ? fields : undefined;
};
