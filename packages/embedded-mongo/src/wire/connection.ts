import type { Socket } from 'node:net';
import { encodeFailure, isRefusal, runCommand } from '../commands/dispatch.ts';
import type { GroupCommit } from '../engine/group-commit.ts';
import { CommandError, ProtocolError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { BsonDocument } from '../query/bson-document.ts';
import type { Store } from '../storage/store.ts';
import { Framing } from './framing.ts';
import { decodeOpMsg, encodeOpMsg, OP_MSG } from './op-msg.ts';
import { decodeHandshake, encodeReply, OP_QUERY } from './op-query.ts';

/** Commands of one connection under way at once; more wait in the socket. */
const MAX_IN_FLIGHT = 64;

export interface ConnectionOptions {
  readonly id: number;
  readonly socket: Socket;
  readonly store: Store;
  readonly engine: GroupCommit;
  readonly logger: Logger;
}

/** Serves one client until either side closes; bytes that are not the protocol close it. */
export function serveConnection({ id, socket, store, engine, logger }: ConnectionOptions): void {
  const { limits } = store;
  const framing = new Framing(limits.maxMessageBytes);
  const address = addressOf(socket);
  let inFlight = 0;
  let partialTimer: NodeJS.Timeout | undefined;

  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    try {
      const messages = framing.push(chunk);
      // A message that started must go on arriving; the clock restarts when one is complete.
      if (messages.length > 0 || !framing.isPartial) stopTimer();
      for (const message of messages) receive(message);
      if (framing.isPartial)
        partialTimer ??= setTimeout(
          () => close('a message did not arrive completely in time'),
          limits.partialMessageTimeoutMs,
        );
    } catch (cause) {
      if (!(cause instanceof ProtocolError))
        logger.error('connection failed', { connectionId: id, err: String(cause) });
      close(cause instanceof Error ? cause.message : String(cause));
    }
  });
  socket.on('error', (cause) => logger.debug('connection error', { connectionId: id, err: cause.message }));
  socket.on('close', stopTimer);

  function receive(message: Buffer): void {
    const requestId = message.readInt32LE(4);
    const opCode = message.readInt32LE(12);
    if (opCode === OP_MSG) {
      receiveMsg(message, requestId);
    } else if (opCode === OP_QUERY) {
      const command = decodeHandshake(message, limits.maxNestingDepth);
      execute(command, 'admin', (reply) => send(encodeReply(requestId, reply)));
    } else {
      throw new ProtocolError(`unknown opcode ${opCode}`);
    }
  }

  function receiveMsg(message: Buffer, requestId: number): void {
    const answer = (reply: Uint8Array): void => send(encodeOpMsg(requestId, reply));
    let request: ReturnType<typeof decodeOpMsg>;
    try {
      request = decodeOpMsg(message, limits.maxNestingDepth);
    } catch (cause) {
      // The message is whole and its sender waits: what can be told is told, and the connection goes on.
      if (!(cause instanceof CommandError)) throw cause;
      answer(encodeFailure(cause));
      return;
    }
    const db = request.command.$db;
    if (typeof db !== 'string' || db === '') {
      answer(encodeFailure(new CommandError('Location40414', 'OP_MSG requests require a $db argument')));
      return;
    }
    execute(request.command, db, request.wantsReply ? answer : () => undefined);
  }

  function execute(command: BsonDocument, db: string, answer: (reply: Uint8Array) => void): void {
    inFlight++;
    if (inFlight >= MAX_IN_FLIGHT) socket.pause();
    engine
      .run(() => runCommand(command, { store, db, connectionId: id, address }))
      .catch((cause: unknown) => {
        if (!isRefusal(cause)) {
          logger.error('command failed', {
            connectionId: id,
            command: Object.keys(command)[0],
            err: cause instanceof Error ? cause.stack : String(cause),
          });
        }
        return encodeFailure(cause);
      })
      .then(answer)
      .finally(() => {
        inFlight--;
        if (socket.isPaused() && inFlight < MAX_IN_FLIGHT) socket.resume();
      })
      .catch((cause: unknown) => close(String(cause)));
  }

  function send(message: Buffer): void {
    if (socket.destroyed) return;
    socket.write(message);
    if (socket.writableLength > limits.maxUnsentBytes) close('replies were left unread');
  }

  function close(reason: string): void {
    logger.warn('connection closed', { connectionId: id, reason });
    socket.destroy();
  }

  function stopTimer(): void {
    clearTimeout(partialTimer);
    partialTimer = undefined;
  }
}

function addressOf(socket: Socket): string {
  const host = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  return `${host.includes(':') ? `[${host}]` : host}:${socket.localPort ?? 0}`;
}
