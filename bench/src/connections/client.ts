import { answerQuestions } from '../lib/process/answer.ts';
import { loadHolding } from './idle-targets.ts';
import { memory } from './memory.ts';

export type HoldingClientQuestion =
  | { readonly open: { readonly target: string; readonly port: number; readonly count: number } }
  | 'memory';

/** Keeps them from being collected. */
const held: unknown[] = [];

/** The client process: opens connections, uses each and leaves it alone. */
answerQuestions(async (question: HoldingClientQuestion) => {
  if (question === 'memory') return memory();
  const { target, port, count } = question.open;
  held.push(await (await loadHolding(target)).open(port, count));
  return undefined;
});
