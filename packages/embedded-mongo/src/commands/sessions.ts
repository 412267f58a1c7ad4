import { Binary } from 'bson';
import { CommandError } from '../errors.ts';
import type { BsonDocument } from '../query/bson-document.ts';
import { documentListArgument } from './arguments.ts';
import type { Command } from './command.ts';

/** The bytes that name a session. */
export function sessionKey(session: BsonDocument): Uint8Array {
  const id = session.id;
  if (id instanceof Binary && id.position === 16) return id.value();
  throw new CommandError('TypeMismatch', "BSON field 'lsid.id' must be a UUID");
}

export const endSessions: Command = {
  name: 'endSessions',
  fields: [],
  run: (command, { store }) => {
    for (const session of documentListArgument(command, 'endSessions'))
      store.retryableWrites.forget(sessionKey(session));
    return {};
  },
};

/** Sessions live as long as they write, so there is nothing to prolong. */
export const refreshSessions: Command = {
  name: 'refreshSessions',
  fields: [],
  run: (command) => {
    for (const session of documentListArgument(command, 'refreshSessions')) sessionKey(session);
    return {};
  },
};
