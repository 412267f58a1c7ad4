import { z } from 'zod';
import type { Delivery, ProviderAnswer } from './provider-answer.ts';
import { errorBody, type Language } from './provider-error.ts';
import type { DepositNotice } from './webhooks.ts';

const MAX_DELAY_MS = 10 * 60 * 1_000;
const MAX_NOT_FOUND_MS = 24 * 60 * 60 * 1_000;
const MAX_WEBHOOK_COPIES = 10;

/** How the notices of one move of money go wrong. */
export const noticeKnobs = {
  webhookCopies: z.int().min(0).max(MAX_WEBHOOK_COPIES).optional(),
  webhookStale: z.boolean().optional(),
};

const faultsSchema = z.strictObject({
  delayMs: z.int().min(0).max(MAX_DELAY_MS).optional(),
  dropBeforeCommit: z.boolean().optional(),
  dropAfterCommit: z.boolean().optional(),
  errorAfterCommit: z.int().min(500).max(599).optional(),
  wrongAmount: z.boolean().optional(),
  nonJson: z.boolean().optional(),
  notFoundMs: z.int().min(0).max(MAX_NOT_FOUND_MS).optional(),
  ...noticeKnobs,
});

/** The knobs that make the provider misbehave; an absent knob is off. Times in milliseconds. */
export type Faults = Readonly<z.output<typeof faultsSchema>>;

/** Faults as read from a request, or the reason they are refused. */
export type FaultsReading = { readonly faults: Faults } | { readonly problem: string };

/** Checks a set of knobs; unknown names and wrong types are refused, and the reason names each of them. */
export function readFaults(input: unknown): FaultsReading {
  const result = faultsSchema.safeParse(input);
  if (result.success) return { faults: result.data };
  const problems = result.error.issues.map((issue) => `${issue.path.join('.') || 'faults'}: ${issue.message}`);
  return { problem: `${problems.join('; ')} (known: ${Object.keys(faultsSchema.shape).join(', ')})` };
}

/** Distorts an answer on its way out. What the provider wrote and remembers stays as it was. */
export function distort(answer: ProviderAnswer, faults: Faults, language: Language): Delivery {
  if (answer.committed && faults.dropAfterCommit) return { kind: 'cut' };
  if (answer.committed && faults.errorAfterCommit !== undefined) {
    const body = errorBody('FAILED_INTERNAL_SYSTEM_PROCESSING', language);
    return { kind: 'answer', status: faults.errorAfterCommit, body };
  }
  if (faults.nonJson) return { kind: 'text', status: 200, text: '<html><body>Service Unavailable</body></html>' };
  if (faults.wrongAmount && 'paymentKey' in answer.body) {
    const { totalAmount, balanceAmount } = answer.body;
    const body = { ...answer.body, totalAmount: totalAmount + 1, balanceAmount: balanceAmount + 1 };
    return { kind: 'answer', status: answer.status, body };
  }
  return { kind: 'answer', status: answer.status, body: answer.body };
}

/** The notices that are really sent for one: copies of it (0 loses it), then one that tells of the state before. */
export function distortNotices(
  notice: DepositNotice,
  before: string,
  faults: Pick<Faults, keyof typeof noticeKnobs>,
): DepositNotice[] {
  const copies = Array.from({ length: faults.webhookCopies ?? 1 }, () => notice);
  return faults.webhookStale ? [...copies, { ...notice, status: before }] : copies;
}
