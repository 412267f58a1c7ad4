import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A TCP peer that sends bytes as they are and keeps what comes back. */
export class Tap {
  readonly socket: Socket;
  received = '';
  closed = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.received += text;
      this.#wake?.();
    });
    socket.on('error', () => undefined);
    for (const over of ['end', 'close']) {
      socket.on(over, () => {
        this.closed = true;
        socket.end();
        this.#wake?.();
      });
    }
  }

  static async connect(port: number): Promise<Tap> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    return new Tap(socket);
  }

  send(...packets: readonly unknown[]): void {
    this.socket.write(packets.map(packetOf).join(''));
  }

  /** Waits until what came satisfies `enough`; at the latest until the connection closes. */
  async until(enough: (received: string) => boolean): Promise<string> {
    while (!enough(this.received) && !this.closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.received;
  }

  /** The packets received, once there are `count`. */
  async packets(count: number): Promise<readonly string[]> {
    const received = await this.until((text) => split(text).length >= count);
    return split(received);
  }

  end(): void {
    this.socket.destroy();
  }
}

export const packetOf = (value: unknown): string => {
  const json = JSON.stringify(value);
  return `${json.length}#${json}`;
};

/** Cuts received text into whole packets, lengths and all. */
export const split = (text: string): string[] => {
  const packets: string[] = [];
  let at = 0;
  for (;;) {
    const hash = text.indexOf('#', at);
    if (hash === -1) return packets;
    const end = hash + 1 + Number(text.slice(at, hash));
    if (end > text.length) return packets;
    packets.push(text.slice(at, end));
    at = end;
  }
};

export interface RecordingProxy {
  readonly port: number;
  /** All text that passed so far. */
  readonly toServer: string;
  readonly toClient: string;
  /** Destroys every connection that is open. */
  cut(): void;
  stop(): void;
}

/** A proxy that records both directions and may cut what it passes on into pieces. */
export const recordingProxy = async (
  port: number,
  pieces: (chunk: Buffer) => readonly Buffer[] = (chunk) => [chunk],
): Promise<RecordingProxy> => {
  const sockets = new Set<Socket>();
  const seen = { toServer: '', toClient: '' };
  const pass = (from: Socket, to: Socket, direction: keyof typeof seen): void => {
    sockets.add(from);
    const decoder = new TextDecoder();
    let last = Promise.resolve();
    from.on('data', (chunk) => {
      seen[direction] += decoder.decode(chunk, { stream: true });
      last = last.then(async () => {
        for (const piece of pieces(chunk)) {
          to.write(piece);
          // A turn of its own for each piece, so that the receiver reads it alone.
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
    });
    from.on('error', () => to.destroy());
    from.on('close', () => void last.then(() => to.end()));
  };
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port, noDelay: true });
    pass(near, far, 'toServer');
    pass(far, near, 'toClient');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    get toServer() {
      return seen.toServer;
    },
    get toClient() {
      return seen.toClient;
    },
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
