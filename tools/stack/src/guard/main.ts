import { createInterface } from 'node:readline';
import { tryLock } from '../data-dir/lock.ts';
import { isGuardMessage, type Watched } from './protocol.ts';
import { stopPid } from './stop-pid.ts';

// Outlives the stack by as long as it takes to stop what the stack left behind. Its stdin is the leash: it ends however
// the stack ends, a SIGKILL included, and a clean stop has told it that nothing is left.
const [lockPath] = process.argv.slice(2);
if (lockPath === undefined) throw new Error('the guard needs the path of its lock');

// Ctrl-C and a terminal that closes concern the stack. A predecessor that was killed has dropped its lock.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const lock = tryLock(lockPath);

const watched = new Map<number, Watched>();
const lines = createInterface(process.stdin);
lines.on('line', (line) => {
  const message: unknown = JSON.parse(line);
  if (!isGuardMessage(message)) throw new Error('the stack said something that the guard does not know');
  if ('add' in message) watched.set(message.add.pid, message.add);
  else watched.delete(message.remove);
});
lines.once('close', () => {
  void stopAll().then(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);

async function stopAll(): Promise<void> {
  // The last that started is the first to go: an order must not lose its database before it is finished.
  for (const { pid, name, signal, graceMs } of [...watched.values()].reverse()) {
    const how = await stopPid(pid, signal, graceMs);
    process.stderr.write(
      `${JSON.stringify({ time: Date.now(), part: name, pid, how, msg: 'stack is gone, part stopped' })}\n`,
    );
  }
  lock?.release();
}
