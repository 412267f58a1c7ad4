import { styleText } from 'node:util';
import type { PartEvent } from '../process/part.ts';
import type { PartName } from '../process/spec.ts';

const NAMES: Readonly<Record<PartName, string>> = {
  guard: 'guard',
  postgres: 'PostgreSQL',
  mongo: 'MongoDB',
  sandbox: 'payment sandbox',
  user: 'user',
  product: 'product',
  payment: 'payment',
  order: 'order',
};
const COLUMN = Math.max(...Object.values(NAMES).map((name) => name.length)) + 2;

/** Says what happens to the parts, a line each, and never lets a wait pass in silence. */
export interface Progress {
  onEvent(event: PartEvent): void;
  /** Ends the reminders. */
  end(): void;
}

const REMIND_EVERY_MS = 1_500;

/** @param write - prints one line. */
export function createProgress(write: (line: string) => void): Progress {
  const waits = new Map<PartName, { readonly verb: string; readonly sinceMs: number }>();
  let saidMs = performance.now();
  const say = (mark: string, part: PartName, text: string): void => {
    saidMs = performance.now();
    write(`  ${mark} ${NAMES[part].padEnd(COLUMN)}${text}`);
  };
  const remind = setInterval(() => {
    if (waits.size === 0 || performance.now() - saidMs < REMIND_EVERY_MS) return;
    const parts = [...waits].map(
      ([part, { verb, sinceMs }]) => `${verb} ${NAMES[part]} (${seconds(performance.now() - sinceMs)})`,
    );
    saidMs = performance.now();
    write(`  … ${parts.join(', ')}`);
  }, REMIND_EVERY_MS / 2);
  remind.unref();

  const onEvent = (event: PartEvent): void => {
    const { part } = event;
    switch (event.type) {
      case 'starting':
        waits.set(part, { verb: 'starting', sinceMs: performance.now() });
        if (event.note !== undefined) say('…', part, event.note);
        break;
      case 'ready':
        waits.delete(part);
        say(
          styleText('green', '✓'),
          part,
          `${seconds(event.afterMs)}${event.note === undefined ? '' : `   ${event.note}`}`,
        );
        break;
      case 'died':
        waits.set(part, { verb: 'restarting', sinceMs: performance.now() });
        say(styleText('red', '✗'), part, `died: ${event.how}; ${next(event.deaths, event.restartInMs)}`);
        break;
      case 'back':
        waits.delete(part);
        say(styleText('green', '✓'), part, `is back after ${seconds(event.afterMs)}`);
        break;
      case 'stopping':
        waits.set(part, { verb: 'stopping', sinceMs: performance.now() });
        break;
      case 'killed':
        say(styleText('red', '✗'), part, `killed: ${event.note}`);
        break;
      case 'stopped':
        waits.delete(part);
        say('·', part, 'stopped');
        break;
    }
  };
  return { onEvent, end: () => clearInterval(remind) };
}

function next(deaths: number, restartInMs: number): string {
  const loop = deaths > 3 ? `it keeps dying (${deaths} times), ` : '';
  return `${loop}restarting in ${seconds(restartInMs)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
