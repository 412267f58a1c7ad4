import { type Call, compose, type Done, type Filter } from '../core/call.ts';
import { currentContext } from '../core/context.ts';
import { deadlineFor } from '../core/deadline.ts';
import { type RpcError, systemError } from '../core/errors.ts';
import { EVENTS, type RetryEvent } from '../core/events.ts';
import type { TimerWheel } from '../core/timer-wheel.ts';
import { Bulkhead } from '../policy/bulkhead.ts';
import { mayRetry, retryDelayMs } from '../policy/retry.ts';
import type { RetryBudget } from '../policy/retry-budget.ts';
import { hedged } from './hedge.ts';
import { observedAttempts } from './observe.ts';
import type { ResolvedClientOptions } from './options.ts';
import type { Holder, OutgoingCall } from './outgoing-call.ts';

type ClientCall = Call<OutgoingCall>;
type ClientFilter = Filter<OutgoingCall>;

/**
 * THE order of a client's filters, outermost first. The breaker stands innermost, with the endpoint it judges.
 * @param backingOff holds the calls between two attempts, for a client that closes.
 * @param endpoints how many there are to choose from.
 */
export const clientStack = (
  options: ResolvedClientOptions,
  wheel: TimerWheel,
  budget: RetryBudget,
  backingOff: Set<OutgoingCall>,
  endpoints: () => number,
  attempt: ClientCall,
): ClientCall =>
  compose(
    [
      // Outermost, because the caller's budget covers waiting and every attempt.
      withinDeadline(wheel, options),
      // Outside retry: a call keeps its place while it backs off, or retries would jump the queue.
      inBulkhead(options),
      // Outside the breaker: each attempt is judged, and an open circuit ends the loop.
      withRetry(options, budget, backingOff),
      // Inside retry: two requests of one attempt, of which one counts.
      hedged(options, endpoints),
      // Inside both, so that each request is seen.
      observedAttempts(options.clock),
    ],
    attempt,
  );

const withinDeadline =
  (wheel: TimerWheel, { clock }: ResolvedClientOptions): ClientFilter =>
  (next) =>
  (call, done) => {
    if (call.expiresAt === Number.POSITIVE_INFINITY) {
      next(call, done);
      return;
    }
    // Negated, so that a budget that is not a number fails too instead of never expiring.
    if (!(call.expiresAt > call.startedMs)) {
      done(
        systemError('before_send', `${call.route.cmd} was not sent: its deadline had passed${hintOf(call)}`, {
          code: 'deadline_exceeded',
          delivery: 'unsent',
        }),
      );
      return;
    }
    wheel.add(call);
    if (call.stream !== undefined) {
      // A stream has no end to be late for: from its first message on, its deadline is a limit on silence.
      call.touch = () => {
        wheel.remove(call);
        call.expiresAt = clock.now() + call.idleTimeoutMs;
        if (call.expiresAt !== Number.POSITIVE_INFINITY) wheel.add(call);
      };
    }
    next(call, (error, value) => {
      wheel.remove(call);
      call.touch = undefined;
      done(error, value);
    });
  };

const hintOf = ({ startedMs, expiresAt }: OutgoingCall): string =>
  deadlineFor(startedMs, Number.POSITIVE_INFINITY, currentContext()?.deadlineMs) === expiresAt
    ? ', one it inherits: what outlives the call that began it must run in detached()'
    : '';

const inBulkhead = ({ bulkhead: limits, clock }: ResolvedClientOptions): ClientFilter => {
  return (next) => {
    const bulkhead = new Bulkhead<OutgoingCall>(limits, (call) => {
      call.holder = undefined;
      call.readyMs = clock.now();
      tellQueue(-1);
      run(call, call.done);
    });
    const run: ClientCall = (call, done) =>
      next(call, (error, value) => {
        bulkhead.leave();
        done(error, value);
      });
    const queue: Holder = {
      delivery: 'unsent',
      phase: 'queued',
      giveUp(call, error) {
        if (!bulkhead.withdraw(call)) return;
        call.holder = undefined;
        tellQueue(-1);
        call.done(error);
      },
    };
    return (call, done) => {
      const verdict = bulkhead.enter(call);
      if (verdict === 'run') run(call, done);
      else if (verdict === 'wait') {
        call.done = done;
        call.holder = queue;
        tellQueue(1);
      } else {
        if (EVENTS.shed.hasSubscribers) {
          EVENTS.shed.publish({ side: 'client', cmd: call.route.cmd, reason: 'client_queue_full' });
        }
        done(
          systemError(
            'client_queue_full',
            `${call.route.cmd} was not sent: bulkhead.maxInFlight ${limits.maxInFlight} and maxQueued ${limits.maxQueued} are reached`,
            { code: 'resource_exhausted', delivery: 'unsent' },
          ),
        );
      }
    };
  };
};

const tellQueue = (change: 1 | -1): void => {
  if (EVENTS.queue.hasSubscribers) EVENTS.queue.publish({ change });
};

const withRetry =
  (options: ResolvedClientOptions, budget: RetryBudget, backingOff: Set<OutgoingCall>): ClientFilter =>
  (next) =>
  (call, done) => {
    budget.deposit(call.startedMs);
    const attemptDone: Done = (error, value) => {
      if (error === undefined || !mayRetry(call, error, options.retry.maxAttempts)) {
        done(error, value);
        return;
      }
      const delayMs = retryDelayMs(error, call.attempt, options.retry, options.random);
      // An attempt that cannot begin before the deadline would only turn a telling error into a timeout.
      const tooLate = options.clock.now() + delayMs >= call.expiresAt;
      const outcome = tooLate ? 'deadline' : budget.tryWithdraw() ? 'scheduled' : 'budget_exhausted';
      if (EVENTS.retry.hasSubscribers) tellRetry(call, outcome, delayMs, error);
      if (outcome !== 'scheduled') {
        done(error);
        return;
      }
      if (error.delivery === 'unknown') call.mayHaveRun = true;
      backingOff.add(call);
      waitForRetry(call, delayMs, options, error, (ended) => {
        backingOff.delete(call);
        if (ended === undefined) next(call, attemptDone);
        else attemptDone(ended);
      });
    };
    next(call, attemptDone);
  };

const tellRetry = (call: OutgoingCall, outcome: RetryEvent['outcome'], delayMs: number, error: RpcError): void => {
  const { service, cmd } = call.route;
  EVENTS.retry.publish({ service, cmd, outcome, attempt: call.attempt, delayMs, error });
};

/** Between two attempts nobody has the call; this does, so that a deadline or a cancellation finds it. */
const waitForRetry = (
  call: OutgoingCall,
  delayMs: number,
  { clock }: ResolvedClientOptions,
  lastError: RpcError,
  over: (ended: RpcError | undefined) => void,
): void => {
  const timer = clock.setTimer(() => {
    call.holder = undefined;
    call.attempt += 1;
    call.readyMs = clock.now();
    call.sentMs = undefined;
    over(undefined);
  }, delayMs);
  call.holder = {
    delivery: lastError.delivery,
    phase: 'queued',
    giveUp(_call, error) {
      clock.clearTimer(timer);
      call.holder = undefined;
      over(error);
    },
  };
};
