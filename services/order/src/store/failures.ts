import { MongoError, MongoServerError } from 'mongodb';
import { Refusal } from '../domain/refusal.ts';

/** Server codes that end by themselves: elections, shutdowns, exceeded times (MongoDB's error code reference). */
const PASSING_CODES = new Set([
  6, 7, 50, 64, 89, 91, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436, 134, 10058,
]);

const isPassing = (error: MongoError): boolean =>
  error instanceof MongoServerError
    ? PASSING_CODES.has(Number(error.code)) || error.hasErrorLabel('RetryableWriteError')
    : true;

/**
 * Runs one operation of the database. Out of reach, too slow or between two primaries is `dependency_unavailable`;
 * whatever else the database refuses is our own mistake and passes as it is.
 * @throws {Refusal} `dependency_unavailable`
 */
export const reaching = async <T>(operation: () => Promise<T>): Promise<T> => {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof MongoError && isPassing(error)) {
      throw new Refusal('dependency_unavailable', { cause: error });
    }
    throw error;
  }
};

/** True for a second document under one unique key (MongoDB's error code 11000). */
export const isDuplicateKey = (error: unknown): boolean => error instanceof MongoServerError && error.code === 11_000;
