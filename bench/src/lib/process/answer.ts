import type { Reply } from './worker.ts';

/** The worker's side: answers each question of the process that started it, and ends with it. */
export const answerQuestions = (answer: (question: never) => Promise<unknown> | unknown): void => {
  const send = (reply: Reply): void => void process.send?.(reply);
  process.on('message', ({ question }: { readonly question: never }) => {
    Promise.resolve()
      .then(() => answer(question))
      .then(
        (value) => send({ answer: value ?? null }),
        (error: unknown) => send({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
};
