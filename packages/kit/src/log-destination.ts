import { pino } from 'pino';

/** Characters of lines that wait for the end of a turn; more are written at once. */
const MAX_WAITING = 16_384;

interface Destination {
  write(line: string): void;
  /** Writes what waits; pino asks for it with a fatal line. */
  flushSync(): void;
}

let shared: Destination | undefined;

/**
 * Standard error, one for the process. The lines of one turn of the event loop are one write at its end, so that
 * logging costs the requests of a busy process no system call each. It is synchronous all the same: whatever ends the
 * process in an orderly way or by an exception loses no line, and a kill loses those of the turn it interrupts.
 */
export function standardError(): Destination {
  shared ??= inTurns(pino.destination({ fd: 2, sync: true }));
  return shared;
}

/** Collects here and not in the stream, whose own flush would also sync the disk. */
function inTurns(stream: { write(text: string): unknown }): Destination {
  let waiting = '';
  let isScheduled = false;
  const flush = (): void => {
    if (waiting === '') return;
    const lines = waiting;
    waiting = '';
    stream.write(lines);
  };
  process.on('exit', flush);
  return {
    write: (line) => {
      waiting += line;
      if (waiting.length > MAX_WAITING) flush();
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(() => {
        isScheduled = false;
        flush();
      });
    },
    flushSync: flush,
  };
}
