import { Inbox, type InboxOwner } from '../core/inbox.ts';
import { SendWindow } from '../core/send-window.ts';
import { CreditCounter, INITIAL_WINDOW_BYTES } from '../wire/native/stream.ts';
import { cancelledError, type OutgoingCall, type StreamEnd, type StreamPort } from './outgoing-call.ts';

/** What a server-stream method answers: read it with `for await`; leaving the loop cancels the call. */
export type Reading<O> = AsyncIterableIterator<O>;

/** Both directions of a bidi call. */
export interface Conversation<I, O> extends AsyncIterableIterator<O> {
  /** Resolves when the message is on its way; waits while the other side is behind. @throws {RpcError} when the call is over. */
  send(message: I): Promise<void>;
  /** Says that no more messages follow; what the other side sends can still be read. */
  end(): Promise<void>;
}

/** The client's end of a stream: an inbox for what comes, a window for what goes. */
export class ClientStream<I, O> implements Conversation<I, O>, StreamEnd, InboxOwner {
  readonly #inbox: Inbox<O>;
  readonly #window = new SendWindow(INITIAL_WINDOW_BYTES);
  readonly #credit = new CreditCounter();
  readonly #opened = Promise.withResolvers<void>();
  #call: OutgoingCall | undefined;
  #port: StreamPort | undefined;
  #callId = 0;
  #ended = false;
  #error: Error | undefined;

  constructor() {
    this.#inbox = new Inbox<O>(this);
    // Nobody may ever send, and then nobody listens to why it could not.
    this.#opened.promise.catch(() => undefined);
  }

  get heldBytes(): number {
    return this.#inbox.heldBytes;
  }

  /** The call this stream belongs to; set before it goes anywhere. */
  attach(call: OutgoingCall): void {
    this.#call = call;
  }

  onOpen(port: StreamPort, callId: number): void {
    this.#port = port;
    this.#callId = callId;
    this.#opened.resolve();
  }

  onMessage(value: unknown, cost: number): void {
    this.#inbox.push(value as O, cost);
  }

  onCredit(bytes: number): void {
    this.#window.grant(bytes);
  }

  /** The call has ended. */
  finish(error: Error | undefined): void {
    this.#ended = true;
    this.#error = error;
    this.#window.close();
    this.#opened.reject(error ?? new Error('stream ended'));
    this.#inbox.end(error);
  }

  onConsumed(bytes: number): void {
    if (this.#ended) return;
    const grant = this.#credit.consumed(bytes);
    if (grant > 0) this.#port?.sendCredit(this.#callId, grant);
  }

  onAbandoned(): void {
    const call = this.#call;
    call?.holder?.giveUp(
      call,
      cancelledError(call.route.cmd, new Error('the reader left the stream'), call.holder.delivery),
    );
  }

  async send(message: I): Promise<void> {
    await this.#opened.promise;
    await this.#window.opened();
    if (this.#ended) throw this.#error ?? new TypeError('stream has ended');
    if (this.#call !== undefined) this.#call.committed = true;
    const cost = this.#port?.sendData(this.#callId, message) ?? 0;
    this.#window.spend(cost);
    this.#call?.touch?.();
  }

  async end(): Promise<void> {
    await this.#opened.promise;
    if (!this.#ended) this.#port?.sendEnd(this.#callId);
  }

  next(): Promise<IteratorResult<O>> {
    return this.#inbox.next();
  }

  return(): Promise<IteratorResult<O>> {
    return this.#inbox.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
