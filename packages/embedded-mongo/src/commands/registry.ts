import { aggregate } from './aggregate.ts';
import { create, drop, dropDatabase, listCollections, listDatabases } from './collections.ts';
import type { Command } from './command.ts';
import { count, distinct } from './count.ts';
import { getMore, killCursors } from './cursors.ts';
import { deleteCommand } from './delete.ts';
import { find } from './find.ts';
import { findAndModify } from './find-and-modify.ts';
import { handshakeCommands } from './handshake.ts';
import { createIndexes, dropIndexes, listIndexes } from './indexes.ts';
import { insert } from './insert.ts';
import { endSessions, refreshSessions } from './sessions.ts';
import { update } from './update.ts';

/** Every command there is, by name. A new one is a file and a line here. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [
    ...handshakeCommands,
    aggregate,
    count,
    create,
    createIndexes,
    deleteCommand,
    distinct,
    drop,
    dropDatabase,
    dropIndexes,
    endSessions,
    find,
    findAndModify,
    getMore,
    insert,
    killCursors,
    listCollections,
    listDatabases,
    listIndexes,
    refreshSessions,
    update,
  ].map((command) => [command.name, command]),
);
