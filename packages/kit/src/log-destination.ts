import { pino } from 'pino';

/** Bytes of lines that wait for the end of a turn; more are written at once. */
const MAX_WAITING_BYTES = 16_000;

type Destination = Pick<ReturnType<typeof pino.destination>, 'write' | 'flushSync'>;

let shared: Destination | undefined;

/**
 * Standard error, one for the process. The lines of one turn of the event loop are one write at its end, so that
 * logging costs the requests of a busy process no system call each. It is synchronous all the same: whatever ends the
 * process in an orderly way or by an exception loses no line, and a kill loses those of the turn it interrupts.
 */
export function standardError(): Destination {
  shared ??= inTurns(pino.destination({ fd: 2, sync: true, minLength: MAX_WAITING_BYTES }));
  return shared;
}

function inTurns(destination: Destination): Destination {
  let isScheduled = false;
  const flush = (): void => {
    isScheduled = false;
    destination.flushSync();
  };
  process.on('exit', flush);
  return {
    write: (line) => {
      if (!isScheduled) {
        isScheduled = true;
        setImmediate(flush);
      }
      return destination.write(line);
    },
    flushSync: () => destination.flushSync(),
  };
}
