import { mkdirSync } from 'node:fs';
import { answers } from '../ports/ports.ts';
import { nodePart } from '../process/node-part.ts';
import type { PartSpec } from '../process/spec.ts';
import type { MongoEngine } from './engine.ts';

/** The part that keeps the orders; none when they are kept elsewhere. */
export function mongoPart(engine: MongoEngine, port: number): PartSpec | undefined {
  switch (engine.kind) {
    case 'uri':
      return undefined;
    case 'mongod':
      return {
        name: 'mongo',
        command: engine.binary,
        args: [
          ...['--dbpath', engine.directory, '--port', String(port), '--bind_ip', '127.0.0.1'],
          ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
        ],
        note: 'mongod',
        prepare: async () => void mkdirSync(engine.directory, { recursive: true }),
        ready: async () => {
          if (!(await answers(port))) throw new Error(`nothing listens on ${port}`);
        },
        readyTimeoutMs: 60_000,
        stopSignal: 'SIGTERM',
        stopGraceMs: 15_000,
      };
    case 'embedded':
      return nodePart('mongo', 'packages/embedded-mongo/src/main.ts', {
        note: 'embedded document server, for development',
        env: { MONGO_PORT: String(port), EMBEDDED_MONGO_PATH: engine.file },
      });
  }
}

/** Where the order service finds its database. */
export function mongoUri(engine: MongoEngine, port: number): string {
  return engine.kind === 'uri' ? engine.uri : `mongodb://127.0.0.1:${port}/order`;
}
