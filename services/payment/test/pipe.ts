import { connect, createServer, type Socket } from 'node:net';

/** A way to a TCP server that can be cut and mended. */
export interface Pipe {
  readonly port: number;
  /** Bytes that have gone to the server. */
  carriedBytes(): number;
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Carries connections to `host:port`; while it is cut, those that exist are reset and new ones end at once. */
export async function startPipe(host: string, port: number): Promise<Pipe> {
  const sockets = new Set<Socket>();
  let isCut = false;
  let carriedBytes = 0;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    // A reset is what this pipe is for; the end of a socket is noticed by its close.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(port, host);
    keep(far);
    near.pipe(far).pipe(near);
    near.on('data', (chunk) => {
      carriedBytes += chunk.length;
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP port was asked for');
  const reset = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: address.port,
    carriedBytes: () => carriedBytes,
    cut: () => {
      isCut = true;
      reset();
    },
    mend: () => {
      isCut = false;
    },
    close: async () => {
      reset();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
