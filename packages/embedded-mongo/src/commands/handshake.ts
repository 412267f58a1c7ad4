import { Long } from 'bson';
import { CommandError } from '../errors.ts';
import type { BsonDocument } from '../query/bson-document.ts';
import type { Command, CommandContext } from './command.ts';

/** MongoDB 7.0: the newest wire version whose commands are the ones answered here. */
const MAX_WIRE_VERSION = 21;
const VERSION = '7.0.0';
/** Replica set name; a client that names another one is told so by its own driver. */
const SET_NAME = 'embedded';

/**
 * Presents the server as a replica set of one. Only a replica set makes drivers send retryable writes, which is what
 * carries a write over a restart of this process; `majority` and `j` then mean what they always mean, one synced log.
 */
function describe({ store, connectionId, address }: CommandContext): BsonDocument {
  const now = new Date(store.nowMs());
  return {
    helloOk: true,
    isWritablePrimary: true,
    ismaster: true,
    secondary: false,
    setName: SET_NAME,
    setVersion: 1,
    // The address the client itself used, so that it does not go looking for the primary elsewhere.
    hosts: [address],
    primary: address,
    me: address,
    lastWrite: { lastWriteDate: now },
    maxBsonObjectSize: store.limits.maxDocumentBytes,
    maxMessageSizeBytes: store.limits.maxMessageBytes,
    maxWriteBatchSize: store.limits.maxWriteBatchSize,
    localTime: now,
    logicalSessionTimeoutMinutes: Math.max(1, Math.floor(store.limits.sessionIdleMs / 60_000)),
    connectionId,
    minWireVersion: 0,
    maxWireVersion: MAX_WIRE_VERSION,
    readOnly: false,
  };
}

function handshakeCommand(name: string): Command {
  return { name, fields: [], anyField: true, run: (_command, context) => describe(context) };
}

function buildInfoCommand(name: string): Command {
  return {
    name,
    fields: [],
    run: (_command, { store }) => ({
      version: VERSION,
      versionArray: [7, 0, 0, 0],
      gitVersion: 'embedded document server, for development only',
      modules: ['embedded'],
      bits: 64,
      debug: false,
      maxBsonObjectSize: store.limits.maxDocumentBytes,
      storageEngines: ['sqlite'],
    }),
  };
}

export const handshakeCommands: readonly Command[] = [
  handshakeCommand('hello'),
  handshakeCommand('isMaster'),
  handshakeCommand('ismaster'),
  buildInfoCommand('buildInfo'),
  buildInfoCommand('buildinfo'),
  { name: 'ping', fields: [], run: () => ({}) },
  {
    name: 'connectionStatus',
    fields: ['showPrivileges'],
    run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  },
  {
    name: 'getParameter',
    fields: ['featureCompatibilityVersion'],
    run: (command) => {
      if (command.featureCompatibilityVersion === undefined)
        throw new CommandError('InvalidOptions', 'no option found to get');
      return { featureCompatibilityVersion: { version: '7.0' } };
    },
  },
  {
    name: 'serverStatus',
    fields: [],
    run: (_command, { store }) => ({
      version: VERSION,
      uptime: process.uptime(),
      uptimeMillis: Long.fromNumber(Math.round(process.uptime() * 1000)),
      localTime: new Date(store.nowMs()),
      metrics: { cursor: { open: { total: store.cursors.size } } },
    }),
  },
];
