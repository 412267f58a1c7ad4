import { type Abortable, MongoAPIError, MongoError, MongoServerError, type OperationOptions } from 'mongodb';
import { Refusal } from '../domain/refusal.ts';

/** Server codes that end by themselves: elections, shutdowns, exceeded times (MongoDB's error code reference). */
const PASSING_CODES = new Set([
  6, 7, 50, 64, 89, 91, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436, 134, 10058,
]);

const isPassing = (error: MongoError): boolean =>
  error instanceof MongoServerError
    ? PASSING_CODES.has(Number(error.code)) || error.hasErrorLabel('RetryableWriteError')
    : true;

/** Milliseconds that one operation may take in all, finding a server and waiting for a connection included. */
const OPERATION_MS = 5_000;

/** To be handed to every operation of the driver. */
export type Bounded = OperationOptions & Abortable;

/** Something done with the database. */
export type Operation<T> = (bounded: Bounded) => Promise<T>;

/**
 * Runs one operation of the database. Out of reach, too slow or between two primaries is `dependency_unavailable`;
 * whatever else the database refuses is our own mistake and passes as it is.
 * The bound is ours because the driver (7.9) has none that holds: an operation that meets a socket in the moment between
 * its end and the event of it waits for room to write for ever, and keeps its connection. The driver's `timeoutMS` has no
 * effect any more, and `socketTimeoutMS` watches a socket that is gone.
 * @throws {Refusal} `dependency_unavailable`
 */
export const reaching = async <T>(operation: Operation<T>): Promise<T> => {
  const tooLate = new AbortController();
  const timer = setTimeout(() => tooLate.abort(), OPERATION_MS);
  try {
    return await operation({ signal: tooLate.signal });
  } catch (error) {
    if (tooLate.signal.aborted || (error instanceof MongoError && isPassing(error))) {
      throw new Refusal('dependency_unavailable', { cause: error });
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

/**
 * True for what `reaching` refused because the database gave no answer: no server found, no connection, none that held,
 * or none within the bound. An error that a server answered with, or that the driver has of itself, is none of these;
 * nor is a wait for a connection of ours, which a busy moment causes as well.
 */
export const isOutOfReach = (error: unknown): boolean =>
  error instanceof Refusal &&
  !(error.cause instanceof MongoServerError || error.cause instanceof MongoAPIError) &&
  // The driver does not export the class.
  !(error.cause instanceof MongoError && error.cause.name === 'MongoWaitQueueTimeoutError');

/** True for a second document under one unique key (MongoDB's error code 11000). */
export const isDuplicateKey = (error: unknown): boolean => error instanceof MongoServerError && error.code === 11_000;
