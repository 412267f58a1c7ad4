import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Who keeps the orders. */
export type MongoEngine =
  | { readonly kind: 'uri'; readonly uri: string }
  | { readonly kind: 'mongod'; readonly binary: string; readonly directory: string }
  | { readonly kind: 'embedded'; readonly file: string };

export interface EngineChoice {
  /** `MONGO_URI`, when it is set. */
  readonly uri: string | undefined;
  /** Where this stack keeps its Mongo data. */
  readonly directory: string;
  /** The directories to look for `mongod` in, as PATH has them. */
  readonly path: string;
}

/**
 * Chooses the engine: `MONGO_URI`; else a `mongod` on PATH or one that `mongodb-memory-server-core` downloaded for
 * another project, found without downloading; else the embedded document server.
 * Data that is there decides before what is installed: yesterday's orders stay where they are.
 * @throws {Error} when the data was written by a mongod that is gone.
 */
export async function chooseEngine({ uri, directory, path }: EngineChoice): Promise<MongoEngine> {
  if (uri) return { kind: 'uri', uri };
  const embedded = { kind: 'embedded', file: join(directory, 'embedded.sqlite') } as const;
  if (await exists(embedded.file)) return embedded;
  const mongodDirectory = join(directory, 'mongod');
  const binary = (await onPath(path)) ?? (await cached());
  if (binary !== undefined) return { kind: 'mongod', binary, directory: mongodDirectory };
  if (await exists(join(mongodDirectory, 'WiredTiger')))
    throw new Error(
      `${mongodDirectory} was written by a mongod that is not on PATH any more; bring it back or set MONGO_URI`,
    );
  return embedded;
}

async function onPath(path: string): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
  for (const directory of path.split(delimiter).filter((entry) => entry !== '')) {
    const file = join(directory, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

async function cached(): Promise<string | undefined> {
  // Imported only when it is asked: it loads a downloader with it.
  const { DryMongoBinary } = await import('mongodb-memory-server-core/lib/util/DryMongoBinary.js');
  try {
    return await DryMongoBinary.locateBinary(DryMongoBinary.getEnsuredOptions());
  } catch {
    // It knows no mongod for this system, so it has none.
    return undefined;
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
