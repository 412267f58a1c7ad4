import type { Caller } from '../calls/target.ts';
import { answerQuestions } from '../lib/process/answer.ts';
import { products } from '../workloads/products.ts';
import { loadIdleTarget } from './idle-targets.ts';
import { memory } from './memory.ts';

export type HoldingClientQuestion =
  | { readonly open: { readonly target: string; readonly port: number; readonly count: number } }
  | 'memory';

/** Dialled at a time; a server's backlog is 511 by default. */
const AT_A_TIME = 64;

/** Keeps them from being collected. */
const held: Caller[] = [];

const open = async (target: string, port: number, count: number): Promise<void> => {
  const { connect } = await loadIdleTarget(target);
  const one = async (): Promise<void> => {
    const caller = await connect(port, products);
    // A connection that was never used holds less than the ones a service has.
    await caller.call();
    held.push(caller);
  };
  for (let opened = 0; opened < count; opened += AT_A_TIME) {
    await Promise.all(Array.from({ length: Math.min(AT_A_TIME, count - opened) }, one));
  }
};

/** The client process: opens connections, uses each once and leaves it alone. */
answerQuestions((question: HoldingClientQuestion) =>
  question === 'memory' ? memory() : open(question.open.target, question.open.port, question.open.count),
);
