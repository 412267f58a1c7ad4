import type { Socket } from 'node:net';

/** Up to here one copied buffer is cheaper than a vector of many. */
const COPY_BYTES = 64 * 1024;

/** Writes of one tick leave together, which is worth a factor of two: copied when small, as a vector when large. */
export const gatheredWrites = (socket: Socket): ((part: Uint8Array) => void) => {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (parts.length === 1) socket.write(parts[0] as Uint8Array);
    else if (bytes <= COPY_BYTES) socket.write(Buffer.concat(parts, bytes));
    else {
      socket.cork();
      for (const part of parts) socket.write(part);
      socket.uncork();
    }
    parts = [];
    bytes = 0;
  };
  return (part) => {
    if (parts.length === 0) process.nextTick(flush);
    parts.push(part);
    bytes += part.length;
  };
};
