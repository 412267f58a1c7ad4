import { Long } from 'bson';
import { collectionName, integerArgument, listArgument, longArgument } from './arguments.ts';
import type { Command } from './command.ts';
import { encodeCursorReply } from './cursor-reply.ts';

export const getMore: Command = {
  name: 'getMore',
  fields: ['collection', 'batchSize'],
  run: (command, { store, db }) => {
    const namespace = `${db}.${collectionName(command, 'collection')}`;
    const id = longArgument(command.getMore);
    const state = store.cursors.get(id, namespace);
    const { documents, done } = state.nextBatch(integerArgument(command, 'batchSize') || undefined);
    if (done) store.cursors.close(id);
    return encodeCursorReply('nextBatch', namespace, done ? 0n : id, documents);
  },
};

export const killCursors: Command = {
  name: 'killCursors',
  fields: ['cursors'],
  run: (command, { store }) => {
    const killed: Long[] = [];
    const notFound: Long[] = [];
    for (const cursor of listArgument(command, 'cursors')) {
      const id = longArgument(cursor);
      (store.cursors.close(id) ? killed : notFound).push(Long.fromBigInt(id));
    }
    return { cursorsKilled: killed, cursorsNotFound: notFound, cursorsAlive: [], cursorsUnknown: [] };
  },
};
