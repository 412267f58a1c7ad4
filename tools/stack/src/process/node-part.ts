import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from './node-flags.ts';
import type { PartName, PartSpec } from './spec.ts';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));

/** A part that is a program of this workspace: it prints its JSON line when it is ready and stops on SIGTERM. */
export function nodePart(
  name: PartName,
  main: string,
  { env, note }: { readonly env: Readonly<Record<string, string>>; readonly note?: string },
): PartSpec {
  return {
    name,
    command: process.execPath,
    args: [...NODE_FLAGS, join(REPOSITORY, main)],
    cwd: REPOSITORY,
    env: { ...inherited(), ...env },
    ...(note !== undefined && { note }),
    ready: 'line',
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    stopGraceMs: 15_000,
  };
}

/**
 * What a part may take over from the user's shell: settings for all parts and the system's own. Everything else that a
 * service reads is chosen by the stack, so a stray TCP_PORT or DB_URL in the shell cannot move one of five processes.
 */
const OWN =
  /^(LOG_LEVEL|RPC_(?!AUTH_TOKEN)\w+|OTEL_\w+|CARD_VALIDATION|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|APPDATA|LOCALAPPDATA|USERPROFILE|COMSPEC|PATHEXT)$/i;

function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => OWN.test(key)));
}
