import { answerQuestions } from '../lib/process/answer.ts';
import { loadHolding } from './idle-targets.ts';
import { memory } from './memory.ts';

export type HoldingServerQuestion = { readonly serve: string } | 'memory';

/** The server process: holds whatever connects. */
answerQuestions(async (question: HoldingServerQuestion) => {
  if (question === 'memory') return memory();
  const { port } = await (await loadHolding(question.serve)).serve();
  return { port };
});
