/** What is asked and answered. Every target carries the same one, each in its own way. */
export interface Workload<Request = unknown, Answer = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly cmd: string;
  readonly request: Request;
  /** What each server does: next to nothing, so that the transport is what is measured. */
  answer(request: Request): Answer;
  /** Cheap, for every answer. @throws an answer that is not even alike. */
  check(answer: unknown): void;
  /** Compares in full. @throws an answer that is not the whole and right one. */
  verify(answer: unknown): void;
}
