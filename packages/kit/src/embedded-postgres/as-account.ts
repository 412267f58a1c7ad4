import { execFile } from 'node:child_process';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** As whom PostgreSQL runs. It refuses to run as root, so root lends it another account. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const ACCOUNTS = ['postgres', 'nobody'];

/** The account for this data directory: none for an ordinary user; its owner's, or a system account, for root. */
export async function accountFor(dataDirectory: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDirectory).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ACCOUNTS) {
    const [uid, gid] = await Promise.all([numberOf('-u', name), numberOf('-g', name)]);
    if (uid !== undefined && gid !== undefined && uid !== 0) return { uid, gid };
  }
  throw new Error(`PostgreSQL does not run as root, and there is no account ${ACCOUNTS.join(' or ')} to run it as`);
}

async function numberOf(flag: string, name: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('id', [flag, name]);
    return Number.parseInt(stdout, 10);
  } catch {
    // There is no such account.
    return undefined;
  }
}

/** A command line that runs a program as an account. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * How to run a program that must reach `directory` as this account.
 * Below a directory that is root's alone (/root, or one that mktemp made) the account reaches nothing; then the program
 * keeps root's right to pass closed doors (CAP_DAC_OVERRIDE) and no other. Opening the directories to everybody would be
 * the user's decision, and a copy elsewhere would leave DATA_DIR.
 */
export async function invocation(
  account: Account | undefined,
  program: string,
  args: readonly string[],
  directory: string,
): Promise<Invocation> {
  if (!account) return { command: program, args };
  const closed = (await closedDoor(account, program)) ?? (await closedDoor(account, directory));
  if (closed === undefined) return { command: program, args, ...account };
  const setpriv = await findSetpriv();
  if (setpriv === undefined)
    throw new Error(
      `PostgreSQL does not run as root, and its account (uid ${account.uid}) may not enter ${closed}; run as an ordinary user, or \`chmod o+x ${closed}\``,
    );
  const caps = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  return {
    command: setpriv,
    args: [
      ...['--reuid', String(account.uid), '--regid', String(account.gid), '--clear-groups', ...caps],
      // Without it access(2), with which PostgreSQL looks for its own program, ignores the right it was given.
      ...['--securebits', '+no_setuid_fixup', '--', program, ...args],
    ],
  };
}

/** The first directory on the way to `path` that the account may not enter. */
async function closedDoor({ uid, gid }: Account, path: string): Promise<string | undefined> {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const found = await stat(directory);
    const enter = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001;
    if ((found.mode & enter) === 0) return directory;
    if (directory === dirname(directory)) return undefined;
  }
}

async function findSetpriv(): Promise<string | undefined> {
  for (const path of ['/usr/bin/setpriv', '/bin/setpriv']) {
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
