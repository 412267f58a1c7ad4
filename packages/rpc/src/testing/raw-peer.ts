import { connect, type Socket } from 'node:net';
import { FrameDecoder } from '../wire/native/framing.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { type SeenFrame, seenFrame } from './raw-frames.ts';
import type { TestScope } from './test-scope.ts';

/** A client that says whatever a test wants to a server. */
export interface RawPeer {
  readonly socket: Socket;
  /** Native frames received so far. */
  readonly frames: SeenFrame[];
  readonly closed: boolean;
  /** Everything received, as it came. */
  readonly bytes: () => Buffer;
  /** Writes the parts as one piece; text as UTF-8. */
  send(...parts: readonly (Buffer | string)[]): void;
}

/**
 * Connects to `127.0.0.1` and sends nothing by itself, not even a greeting; closed with the test. What comes back is
 * kept as bytes, and as frames for as long as it is the native wire.
 * @throws the error of the operating system when nobody listens.
 */
export const rawPeer = (scope: TestScope, port: number): Promise<RawPeer> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    scope.after(() => socket.destroy());
    const frames: SeenFrame[] = [];
    const chunks: Buffer[] = [];
    let closed = false;
    const decoder = new FrameDecoder(
      { maxFrameBytes: 1 << 28, maxHelloBytes: 1 << 20 },
      {
        onFrame: (frame) => frames.push(seenFrame(frame)),
      },
    );
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      try {
        decoder.feed(chunk);
      } catch (error) {
        // Another wire, or nonsense: from here on there are bytes only.
        if (!(error instanceof ProtocolError)) throw error;
        decoder.stop();
      }
    });
    socket.on('close', () => {
      closed = true;
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      // A server that hangs up on a rude peer may do so with a reset.
      socket.on('error', () => undefined);
      resolve({
        socket,
        frames,
        get closed() {
          return closed;
        },
        bytes: () => Buffer.concat(chunks),
        send: (...parts) => void socket.write(Buffer.concat(parts.map((part) => Buffer.from(part)))),
      });
    });
  });
