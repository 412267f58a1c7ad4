/** Says on stderr how far a long run is, on one line where there is a terminal. */
export interface Progress {
  step(text: string): void;
  end(): void;
}

const WIDTH = 24;

/** @param stepSeconds what a step takes, for the estimate. */
export const progress = (steps: number, stepSeconds: number): Progress => {
  const { stderr } = process;
  let done = 0;
  return {
    step(text) {
      const filled = Math.round((done / steps) * WIDTH);
      const left = Math.ceil((steps - done) * stepSeconds);
      const line = `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done}/${steps}, about ${left} s left: ${text}`;
      stderr.write(stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
      done += 1;
    },
    end() {
      if (stderr.isTTY) stderr.write('\r\u001b[K');
    },
  };
};
