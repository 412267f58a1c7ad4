import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { after } from 'node:test';

/** What became of one request. */
export interface Outcome {
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Why no answer came, as the system names it. */
  readonly failure: string | undefined;
  /** Whether it went out on the connection of the request before it. */
  readonly isReused: boolean;
}

export interface Asked {
  /** GET unless said. */
  readonly method?: 'GET' | 'POST';
  readonly headers?: OutgoingHttpHeaders;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** A client of a test with one connection, kept for as long as the server keeps it. It never rejects. */
export const keptConnection = (url: string): ((path: string, asked?: Asked) => Promise<Outcome>) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  after(() => agent.destroy());
  return (path, { method = 'GET', headers = {}, body } = {}) => {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(new URL(path, url), { agent, method, headers: { ...type, ...headers } });
    const settle = (said: Partial<Outcome>): void =>
      resolve({ status: undefined, headers: {}, text: '', failure: undefined, isReused: sent.reusedSocket, ...said });
    const fail = (error: NodeJS.ErrnoException): void => settle({ failure: error.code ?? error.message });
    sent.on('error', fail);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('error', fail);
      response.on('end', () => settle({ status: response.statusCode, headers: response.headers, text }));
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  };
};
