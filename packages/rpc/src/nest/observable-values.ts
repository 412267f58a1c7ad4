import { type Observable, Subscription } from 'rxjs';
import type { CancelSource } from '../core/context.ts';
import { Inbox } from '../core/inbox.ts';

/**
 * The values of an observable, one by one. It is unsubscribed from when the reader leaves or the call is cancelled.
 * An observable cannot be asked to wait, so what it gives faster than the caller reads is kept.
 * @param asError what to throw for whatever the observable failed with.
 */
export const valuesOf = (
  source: Observable<unknown>,
  cancellation: CancelSource | undefined,
  asError: (thrown: unknown) => Error,
): AsyncIterable<unknown> => {
  const subscription = new Subscription();
  const leave = (): void => subscription.unsubscribe();
  const inbox = new Inbox<unknown>({ onConsumed: () => undefined, onAbandoned: leave });
  const listener = {
    onCancel: (reason: unknown) => {
      leave();
      inbox.end(reason instanceof Error ? reason : new Error('call was cancelled'));
    },
  };
  cancellation?.addCancelListener(listener);
  subscription.add(() => cancellation?.removeCancelListener(listener));
  subscription.add(
    source.subscribe({
      next: (value) => inbox.push(value, 0),
      error: (thrown: unknown) => {
        inbox.end(asError(thrown));
        subscription.unsubscribe();
      },
      complete: () => {
        inbox.end();
        subscription.unsubscribe();
      },
    }),
  );
  return inbox;
};
