/** Waits until the schedule lets this actor take its next step; what follows until the next `turn` happens at once. */
export type Turn = () => Promise<void>;

/** One thing that goes on at the same time as others. */
export type Actor = (turn: Turn) => Promise<unknown>;

interface Waiting {
  readonly actor: number;
  readonly go: () => void;
}

/** Runs actors step by step, at each point the one that the schedule names; tells how many there were to choose from. */
const play = async (actors: readonly Actor[], schedule: readonly number[]): Promise<number[]> => {
  const waiting: Waiting[] = [];
  let running = actors.length;
  let failure: { readonly error: unknown } | undefined;
  for (const [actor, act] of actors.entries()) {
    const turn = (): Promise<void> => new Promise((go) => waiting.push({ actor, go }));
    act(turn)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        running -= 1;
      });
  }
  const choices: number[] = [];
  while (running > 0 && failure === undefined) {
    // Long enough for whoever was let go to reach its next step: between two steps there are promises alone.
    await new Promise((next) => setImmediate(next));
    if (waiting.length === 0) continue;
    waiting.sort((a, b) => a.actor - b.actor);
    choices.push(waiting.length);
    const [chosen] = waiting.splice(schedule[choices.length - 1] ?? 0, 1);
    chosen?.go();
  }
  if (failure !== undefined) throw failure.error;
  return choices;
};

/**
 * Plays a scenario in every order in which the steps of its actors can follow one another, from a new beginning each time.
 * @returns how many there are.
 */
export const everyInterleaving = async (
  begin: () => { readonly actors: readonly Actor[]; readonly end: () => Promise<void> },
): Promise<number> => {
  let schedule: number[] = [];
  for (let played = 1; ; played += 1) {
    const { actors, end } = begin();
    try {
      const choices = await play(actors, schedule);
      await end();
      // The next one: the last choice that has another after it takes that, and all behind it begin anew.
      const taken = choices.map((_, i) => schedule[i] ?? 0);
      while (taken.length > 0 && (taken.at(-1) ?? 0) + 1 >= (choices[taken.length - 1] ?? 0)) taken.pop();
      if (taken.length === 0) return played;
      schedule = [...taken.slice(0, -1), (taken.at(-1) ?? 0) + 1];
    } catch (cause) {
      throw new Error(`interleaving ${played}, schedule ${JSON.stringify(schedule)}`, { cause });
    }
  }
};
