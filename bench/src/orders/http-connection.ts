import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One kept-alive HTTP/1.1 connection that sends the same request again and again, one at a time. */
export interface HttpConnection {
  /** @throws {Error} with the body when the status is another. */
  ask(status: number): Promise<void>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: { readonly status: number; readonly body: string }) => void;
  readonly reject: (cause: Error) => void;
}

/**
 * Written for the load alone: the client shares the cores with what is measured, and a general one would take a tenth of
 * them. It understands what the gateway answers, a status and a Content-Length, and refuses anything else.
 */
export const openHttpConnection = async (port: number, request: Buffer): Promise<HttpConnection> => {
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let received = '';
  let waiting: Waiting | undefined;
  const fail = (cause: Error): void => {
    waiting?.reject(cause);
    waiting = undefined;
  };
  // One character a byte, so that lengths in bytes are lengths of the text.
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = received.slice(0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) return fail(new Error(`an answer without a length: ${head}`));
    const end = headEnd + 4 + Number(length);
    if (received.length < end) return;
    const body = received.slice(headEnd + 4, end);
    received = received.slice(end);
    const answered = waiting;
    waiting = undefined;
    answered?.resolve({ status: Number(head.slice(9, 12)), body });
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the gateway closed the connection')));
  return {
    ask: async (status) => {
      const answer = await new Promise<Parameters<Waiting['resolve']>[0]>((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      });
      if (answer.status !== status) {
        throw new Error(`${status} was expected, not ${answer.status}: ${Buffer.from(answer.body, 'latin1')}`);
      }
    },
    close: () => socket.destroy(),
  };
};
