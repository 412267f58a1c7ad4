import { createHash } from 'node:crypto';
import { distort } from './faults.ts';
import type { StoredPayment } from './ledger.ts';
import type { Payment } from './payment.ts';
import type { Provider } from './provider.ts';
import { isTestKey } from './provider.ts';
import type { Delivery, ProviderAnswer } from './provider-answer.ts';
import { refusalAnswer } from './provider-answer.ts';
import { isErrorCode, type Language, ProviderError } from './provider-error.ts';

const MAX_IDEMPOTENCY_KEY_LENGTH = 300;

/** One authenticated request to the provider. */
export interface ProviderCall {
  readonly method: string;
  readonly url: string;
  readonly language: Language;
  readonly testCode: string | undefined;
}

/** A request that may move money. */
export interface WritingCall extends ProviderCall {
  readonly idempotencyKey: string | undefined;
}

/** The decision on a writing call; it runs inside the transaction that makes it durable. */
export interface Decision {
  readonly answer: ProviderAnswer;
  readonly delivery?: 'answered' | 'cut' | 'slow';
}

/**
 * Takes a writing call through the provider's order of checks: idempotency key, test code, then `decide` (fields, order id, outcome).
 * The payment and the answer kept for its key commit together, before a byte of the answer leaves.
 * A caller that goes away changes nothing: what was asked for is still done.
 * @throws {ProviderError} `INVALID_IDEMPOTENCY_KEY` or `IDEMPOTENT_REQUEST_PROCESSING`.
 */
export async function write(provider: Provider, call: WritingCall, decide: () => Decision): Promise<Delivery> {
  const { faults, pauses, inProgress } = provider;
  const scope = idempotencyScope(provider.secretKey, call);
  if (scope === undefined) return carryOut();
  // Looked at before the kept answers: a charge that is held back has one already, yet is still being processed.
  if (inProgress.has(scope)) throw new ProviderError('IDEMPOTENT_REQUEST_PROCESSING');
  inProgress.add(scope);
  try {
    return await carryOut();
  } finally {
    inProgress.delete(scope);
  }

  async function carryOut(): Promise<Delivery> {
    if ((await pauses.wait(faults.delayMs ?? 0)) === 'closing') return { kind: 'cut' };
    const first = scope === undefined ? undefined : provider.answers.find(scope, provider.now());
    if (first !== undefined) return distort(first, faults, call.language);
    if (faults.dropBeforeCommit) return { kind: 'cut' };
    const { answer, delivery = 'answered' } = await commit(provider, call, scope, decide);
    if (delivery === 'cut') return { kind: 'cut' };
    if (delivery === 'slow' && (await pauses.wait(provider.slowAnswerMs)) === 'closing') return { kind: 'cut' };
    return distort(answer, faults, call.language);
  }
}

/** Answers a lookup. A payment younger than the fault `notFoundMs` is not found yet. */
export async function read(
  provider: Provider,
  call: ProviderCall,
  find: () => StoredPayment | undefined,
  show: (payment: Payment) => Payment,
): Promise<Delivery> {
  const { faults } = provider;
  if ((await provider.pauses.wait(faults.delayMs ?? 0)) === 'closing') return { kind: 'cut' };
  return distort(decideRead(), faults, call.language);

  function decideRead(): ProviderAnswer {
    const testAnswer = answerByTestCode(provider, call);
    if (testAnswer !== undefined) return testAnswer;
    const stored = find();
    const hidden = stored !== undefined && provider.now() - stored.committedAtMs < (faults.notFoundMs ?? 0);
    if (stored === undefined || hidden) return refusalAnswer('NOT_FOUND_PAYMENT', call.language);
    return { status: 200, body: show(stored.payment), committed: false };
  }
}

function commit(
  provider: Provider,
  call: WritingCall,
  scope: string | undefined,
  decide: () => Decision,
): Promise<Decision> {
  return provider.commits.run(() => {
    const decision = decideOrRefuse(provider, call, decide);
    if (scope !== undefined) provider.answers.keep(scope, decision.answer, provider.now());
    return decision;
  });
}

function decideOrRefuse(provider: Provider, call: WritingCall, decide: () => Decision): Decision {
  const testAnswer = answerByTestCode(provider, call);
  if (testAnswer !== undefined) return { answer: testAnswer };
  try {
    return decide();
  } catch (cause) {
    // A refusal is the provider's answer, kept for its key like any other; only a defect rolls back.
    if (cause instanceof ProviderError) return { answer: refusalAnswer(cause.code, call.language) };
    throw cause;
  }
}

function answerByTestCode(provider: Provider, call: ProviderCall): ProviderAnswer | undefined {
  if (call.testCode === undefined || !isTestKey(provider.secretKey)) return undefined;
  return refusalAnswer(isErrorCode(call.testCode) ? call.testCode : 'INVALID_REQUEST', call.language);
}

/** Key, API key, URL and method make the scope; the body does not. Hashed, so that the file holds no API key. */
function idempotencyScope(secretKey: string, call: WritingCall): string | undefined {
  const key = call.idempotencyKey;
  if (key === undefined) return undefined;
  if (key.length === 0 || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) throw new ProviderError('INVALID_IDEMPOTENCY_KEY');
  return createHash('sha256')
    .update(JSON.stringify([key, secretKey, call.url, call.method]))
    .digest('hex');
}
