import { type Call, compose, type Done, type Filter } from '../core/call.ts';
import { runInContext } from '../core/context.ts';
import { messageOf, type RpcError, systemError } from '../core/errors.ts';
import { EVENTS } from '../core/events.ts';
import type { Logger } from '../core/logger.ts';
import type { Admission } from './admission.ts';
import { answer, brokenOutput, checkedInput, isPromise } from './answer.ts';
import { HEALTH_CMD } from './builtin/builtin.ts';
import { changedContext } from './changed-context.ts';
import type { ServerContext } from './context.ts';
import { observed } from './observe.ts';
import type { Router } from './router.ts';
import type { ServerCall } from './server-call.ts';
import { errorFromThrown } from './thrown.ts';
import { check } from './validate.ts';

type ServerCallable = Call<ServerCall>;
type InnerFilter = Filter<ServerCall>;

/**
 * A filter of the user's: sees the context, goes on with `next`, may change the outcome. Pass `next` another context, such
 * as `{ ...ctx, headers }`, and later filters, the handler and what it calls have that one's own fields.
 */
export type ServerFilter = (ctx: ServerContext, next: (ctx: ServerContext) => Promise<unknown>) => Promise<unknown>;

/** THE order of a server's filters, outermost first. */
export const serverStack = (
  router: Router,
  admission: Admission,
  filters: readonly ServerFilter[],
  now: () => number,
  logger: Logger,
): ServerCallable =>
  compose(
    [
      // Outermost, so that refused calls are seen too.
      observed(router, now, logger),
      // Before everything that costs, and before a byte of the payload is decoded: refusing must stay cheap when there is too much to do.
      admitted(admission),
      // Before decoding too: nobody waits for a call that was dead on arrival.
      punctual(now),
      routed(router),
      // Before the user's filters, so that they see what the handler will see.
      validInput(logger),
      validOutput(logger),
      ...(filters.length === 0 ? [] : [userFilters(filters, logger)]),
    ],
    handled(logger, filters.length === 0 ? enterAnew : enterFurther),
  );

const admitted =
  (admission: Admission): InnerFilter =>
  (next) =>
  (call, done) => {
    // Asked when a server is full or closing above all, and it costs nothing.
    if (call.cmd === HEALTH_CMD) {
      next(call, done);
      return;
    }
    const refusal = admission.enter(call);
    if (refusal !== undefined) {
      tellShed(call, refusal.reason);
      done(refusal);
      return;
    }
    next(call, (error, value) => {
      admission.leave(call);
      done(error, value);
    });
  };

const tellShed = ({ cmd }: ServerCall, reason: string): void => {
  if (EVENTS.shed.hasSubscribers) EVENTS.shed.publish({ side: 'server', cmd, reason });
};

const punctual =
  (now: () => number): InnerFilter =>
  (next) =>
  (call, done) => {
    if (call.deadlineMs !== undefined && call.deadlineMs <= now()) {
      tellShed(call, 'dead_on_arrival');
      done(
        systemError('dead_on_arrival', `${call.cmd} was not run: its deadline had passed`, {
          code: 'deadline_exceeded',
          delivery: 'unsent',
        }),
      );
    } else next(call, done);
  };

const routed =
  (router: Router): InnerFilter =>
  (next) =>
  (call, done) => {
    const route = router.get(call.cmd);
    if (route === undefined) {
      done(systemError('cmd_not_found', `no handler for ${call.cmd}`, { code: 'unimplemented', delivery: 'unsent' }));
      return;
    }
    const streams = route.kind === 'serverStream' || route.kind === 'bidi';
    const carried =
      call.stream !== undefined || (route.kind === 'serverStream' && call.session.openReplies !== undefined);
    if (route.kind !== 'any' && streams !== carried) {
      done(
        systemError('feature_missing', `${call.cmd} is ${streams ? 'a stream' : 'not a stream'}`, {
          code: 'unimplemented',
          delivery: 'unsent',
        }),
      );
      return;
    }
    call.route = route;
    next(call, done);
  };

const validInput =
  (logger: Logger): InnerFilter =>
  (next) =>
  (call, done) => {
    if (call.route?.kind === 'bidi' && call.route.input !== undefined && call.stream !== undefined) {
      call.input = checkedInput(call, call.stream.incoming, call.route.input);
      next(call, done);
      return;
    }
    let input: unknown;
    try {
      input = call.session.decode(call);
    } catch (error) {
      done(
        systemError('decode_failed', `payload of ${call.cmd} was refused: ${messageOf(error)}`, {
          code: 'data_loss',
          delivery: 'unsent',
          cause: error,
        }),
      );
      return;
    }
    const schema = call.route?.input;
    if (schema === undefined || call.route?.acceptsInput?.(input) === true) {
      call.input = input;
      next(call, done);
      return;
    }
    check(
      schema,
      input,
      (value) => {
        call.input = value;
        next(call, done);
      },
      (details) =>
        done(
          systemError('input_schema', `input of ${call.cmd} does not fit its contract`, {
            code: 'invalid_argument',
            delivery: 'unsent',
            details,
          }),
        ),
      (thrown) => done(explain(call, thrown, logger)),
    );
  };

const validOutput =
  (logger: Logger): InnerFilter =>
  (next) =>
  (call, done) =>
    next(call, (error, value) => {
      const schema = call.route?.output;
      // A stream's messages were checked one by one as they left.
      if (error !== undefined || schema === undefined || call.stream !== undefined || call.replies !== undefined) {
        // What a handler of an event happens to return is nobody's to see.
        done(error, call.route?.kind === 'event' ? undefined : value);
        return;
      }
      if (call.route?.acceptsOutput?.(value) === true) {
        done(undefined, value);
        return;
      }
      const broken = (details: unknown): void => done(brokenOutput(call, details, logger));
      check(schema, value, (checked) => done(undefined, checked), broken, broken);
    });

const userFilters = (filters: readonly ServerFilter[], logger: Logger): InnerFilter => {
  return (next) => (call, done) => {
    const run = (index: number, ctx: ServerContext): Promise<unknown> => {
      const filter = filters[index];
      if (filter !== undefined) return filter(ctx, (inner) => run(index + 1, changedContext(ctx, inner)));
      call.changed = ctx === call ? undefined : ctx;
      return new Promise((resolve, reject) => {
        next(call, (error, value) => (error === undefined ? resolve(value) : reject(error)));
      });
    };
    settleWith(call, () => run(0, call), enterAnew, done, logger);
  };
};

const handled = (logger: Logger, enter: Enter): ServerCallable => {
  const run = (call: ServerCall): unknown => answer(call, logger);
  return (call, done) => settleWith(call, run, enter, done, logger);
};

/** How what serves a call gets the call's context. */
type Enter = (call: ServerCall, run: (call: ServerCall) => unknown) => unknown;

/** From the connection's context. */
const enterAnew: Enter = (call, run) => {
  const { around } = call;
  return around === undefined ? call.session.scope.run(call, run, call) : around(() => runInContext(call, run, call));
};

/** From within: a filter may have given what follows a context of its own. */
const enterFurther: Enter = (call, run) => runInContext(call.changed ?? call, run, call);

/** Runs what may return a value, return a promise or throw, in the call's context, and ends the call accordingly. */
const settleWith = (
  call: ServerCall,
  run: (call: ServerCall) => unknown,
  enter: Enter,
  done: Done,
  logger: Logger,
): void => {
  let result: unknown;
  try {
    result = enter(call, run);
  } catch (thrown) {
    done(explain(call, thrown, logger));
    return;
  }
  if (isPromise(result)) {
    // As in answer(): a thenable may settle twice.
    Promise.resolve(result).then(
      (value) => done(undefined, value),
      (thrown: unknown) => done(explain(call, thrown, logger)),
    );
  } else done(undefined, result);
};

const explain = (call: ServerCall, thrown: unknown, logger: Logger): RpcError => {
  if (call.route === undefined) throw new TypeError('call was handled before it was routed');
  if (call.cancelled) {
    // Whatever a handler throws once it was told to stop, it stopped; nobody waits for the details.
    return systemError('caller_aborted', `${call.cmd} was cancelled`, { code: 'cancelled', cause: thrown });
  }
  const { error, logged } = errorFromThrown(thrown, call.route);
  if (logged) {
    logger.error(
      { cmd: call.cmd, correlationId: call.correlationId, errorId: error.errorId, err: thrown },
      'rpc handler failed',
    );
  }
  return error;
};
