import type { Socket } from 'node:net';
import type { Clock, TimerHandle } from '../core/clock.ts';
import type { ChaosKnobs } from './chaos-knobs.ts';

/** One direction of one proxied connection. */
export interface ChaosPump {
  /** Other knobs from the next byte on; their byte counts begin at zero. */
  turn(knobs: ChaosKnobs): void;
}

/** Passes what `from` receives on to `to`, as the knobs say; `cut` resets both. */
export const chaosPump = (from: Socket, to: Socket, first: ChaosKnobs, clock: Clock, cut: () => void): ChaosPump => {
  const timers = new Set<TimerHandle>();
  let knobs = first;
  let passed = 0;
  let dueMs = 0;
  /** How the sender ended, while that has not been passed on. */
  let ending: (() => void) | undefined;

  /** In order: nothing overtakes what is late already. */
  const later = (action: () => void): void => {
    const nowMs = clock.now();
    dueMs = Math.max(dueMs, nowMs + (knobs.delayMs ?? 0));
    if (dueMs <= nowMs && timers.size === 0) {
      action();
      return;
    }
    const timer = clock.setTimer(() => {
      timers.delete(timer);
      action();
    }, dueMs - nowMs);
    timers.add(timer);
  };
  const write = (bytes: Buffer): void => {
    if (to.writable && !to.write(bytes)) from.pause();
  };
  const passEnd = (): void => {
    if (ending === undefined || knobs.blackhole === true) return;
    later(ending);
    ending = undefined;
  };

  from.on('data', (chunk: Buffer) => {
    if (knobs.blackhole === true) return;
    const { cutAfterBytes = Number.POSITIVE_INFINITY, corruptAfterBytes = Number.POSITIVE_INFINITY } = knobs;
    const flipAt = corruptAfterBytes - passed;
    if (flipAt >= 0 && flipAt < chunk.length) chunk[flipAt] = ~(chunk[flipAt] ?? 0);
    const room = Math.max(0, cutAfterBytes - passed);
    passed += chunk.length;
    const bytes = chunk.subarray(0, Math.min(chunk.length, room));
    if (knobs.split === true) for (const byte of bytes) later(() => write(Buffer.of(byte)));
    else if (bytes.length > 0) later(() => write(bytes));
    if (chunk.length >= room) later(cut);
  });
  from.on('end', () => {
    ending = () => void to.end();
    passEnd();
  });
  from.on('close', (hadError) => {
    if (!hadError) return;
    ending = cut;
    passEnd();
  });
  to.on('drain', () => void from.resume());
  to.on('close', () => {
    for (const timer of timers) clock.clearTimer(timer);
    timers.clear();
    // Nobody is left to write to, yet the sender's end is still to be seen.
    from.resume();
  });
  return {
    turn(next) {
      knobs = next;
      passed = 0;
      passEnd();
    },
  };
};
