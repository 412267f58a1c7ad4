import { Agent, type Dispatcher, errors, request } from 'undici';

/**
 * One HTTP request and what came of it.
 * `not_sent`: no byte was written. `lost`: something was written and no whole answer came back.
 */
export type Exchange =
  | {
      readonly kind: 'answer';
      readonly statusCode: number;
      readonly body: string;
      readonly traceId: string | undefined;
    }
  | { readonly kind: 'not_sent'; readonly errorCode: string; readonly traceId?: undefined }
  | { readonly kind: 'lost'; readonly errorCode: string; readonly traceId?: undefined };

export interface ExchangeRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for all of it, connecting included. */
  readonly budgetMs: number;
  /** Milliseconds until the first byte is written, waiting for a connection included; `not_sent` after that. */
  readonly writeWithinMs: number;
}

export interface HttpOptions {
  readonly baseUrl: URL;
  /** Milliseconds to establish a connection, TLS included. */
  readonly connectTimeoutMs: number;
  readonly maxResponseBytes: number;
  /** Connections at once; more requests wait their turn within their budget. */
  readonly maxConnections: number;
}

export interface Http {
  /** Never throws, never sends twice, never follows a redirect. */
  send(request: ExchangeRequest): Promise<Exchange>;
  /** Cuts everything under way and refuses what comes after. */
  close(): Promise<void>;
}

/** Milliseconds that a connection without a request is kept. */
const MAX_IDLE_MS = 1_000;

/** HTTP to one host, telling for certain whether a failed request was written. */
export function createHttp(options: HttpOptions): Http {
  const agent = new Agent({
    connect: { timeout: options.connectTimeoutMs },
    connections: options.maxConnections,
    maxResponseSize: options.maxResponseBytes,
    pipelining: 1,
    // A kept connection may have died unseen, and what is written to it is a charge of unknown outcome. So it is kept
    // only from one charge of a busy moment to the next, whatever the server offers: far less than any server keeps it.
    keepAliveTimeout: MAX_IDLE_MS,
    keepAliveMaxTimeout: MAX_IDLE_MS,
    allowH2: false,
    // The budget of the whole exchange is the one clock.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const dispatcher = agent.compose(noticeWriting);
  return {
    send: (given) => exchange(dispatcher, new URL(given.path, options.baseUrl), given),
    close: () => agent.destroy(),
  };
}

/** What is noted of a request while undici has it. */
interface Noted {
  written: boolean;
}

async function exchange(dispatcher: Dispatcher, url: URL, given: ExchangeRequest): Promise<Exchange> {
  const noted: Noted = { written: false };
  const end = new AbortController();
  const writeTimer = setTimeout(() => {
    if (!noted.written) end.abort(new errors.ConnectTimeoutError('no connection in time'));
  }, given.writeWithinMs);
  const timer = setTimeout(() => end.abort(new DOMException('no answer in time', 'TimeoutError')), given.budgetMs);
  try {
    const answer = await request(url, {
      method: given.method,
      headers: given.headers,
      ...(given.body === undefined ? {} : { body: given.body }),
      signal: end.signal,
      dispatcher,
      // Handed through by undici to what is composed around its connections; it means nothing to undici itself.
      opaque: noted,
    });
    const traceId = answer.headers['x-tosspayments-trace-id'];
    return {
      kind: 'answer',
      statusCode: answer.statusCode,
      body: await answer.body.text(),
      traceId: typeof traceId === 'string' ? traceId.slice(0, 100) : undefined,
    };
  } catch (thrown) {
    // The error itself ends here: nothing that has seen the request may reach a log.
    return { kind: noted.written ? 'lost' : 'not_sent', errorCode: errorCodeOf(thrown) };
  } finally {
    clearTimeout(writeTimer);
    clearTimeout(timer);
  }
}

/**
 * Notes the moment before the first byte is written, which is when undici starts a request on its connected socket.
 * The error codes cannot tell: a reset may come from either side of that moment.
 */
const noticeWriting: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const noted = notedOf(options);
  return dispatch(options, {
    onRequestStart(controller, context) {
      if (noted.written) {
        controller.abort(new errors.RequestAbortedError('the request was written once'));
        return;
      }
      handler.onRequestStart?.(controller, context);
      // Aborted while it waited for its connection: undici now drops it unwritten.
      noted.written = !controller.aborted;
    },
    onResponseStart: (...event) => handler.onResponseStart?.(...event),
    onResponseData: (...event) => handler.onResponseData?.(...event),
    onResponseEnd: (...event) => handler.onResponseEnd?.(...event),
    onResponseError: (...event) => handler.onResponseError?.(...event),
  });
};

/** Every request of this file carries its note. */
const notedOf = (options: object): Noted => (options as { readonly opaque: Noted }).opaque;

function errorCodeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'unknown_error';
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name;
}
