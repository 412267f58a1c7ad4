import { stderr } from 'node:process';

/** Says how far a long run is: a bar on a terminal, a line for each seed elsewhere. */
export interface Progress {
  line(text: string): void;
  /** What is going on now. */
  show(what: string): void;
  /** One more is done. On a terminal only what is `worthALine` stays. */
  done(text: string, worthALine: boolean): void;
  end(): void;
}

const WIDTH = 30;

export function createProgress(
  total: number,
  { isTerminal = stderr.isTTY, write = stderr.write.bind(stderr) } = {},
): Progress {
  const startedMs = performance.now();
  let count = 0;
  const clear = isTerminal ? '\r\u001b[2K' : '';
  const bar = (what: string): void => {
    if (!isTerminal) return;
    const filled = Math.round((count / total) * WIDTH);
    const left =
      count === 0
        ? ''
        : `, ${Math.round((((performance.now() - startedMs) / count) * (total - count)) / 1_000)} s left`;
    write(`${clear}[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${count}/${total}${left}  ${what}`);
  };
  return {
    line: (text) => void write(`${clear}${text}\n`),
    show: bar,
    done(text, worthALine) {
      count += 1;
      if (!isTerminal || worthALine) write(`${clear}${text}\n`);
      bar('');
    },
    end: () => void write(clear),
  };
}
