import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NEEDLES } from './cards.ts';
import { openArchive } from './evidence.ts';
import type { Finding } from './invariants/finding.ts';
import { brokenOff, runSeed, type SeedResult } from './run-seed.ts';
import { PROCESSES, type ProcessName } from './schedule.ts';
import { bootFaultShop, type FaultShop } from './shop.ts';
import { type Use, useOf } from './use.ts';

export interface GroupOptions {
  readonly seeds: readonly number[];
  readonly onSeed?: (result: SeedResult) => void;
  /** Leaves the data directory behind when something was found. */
  readonly keepsData?: boolean;
}

/** What several seeds on one shop came to; fewer than were asked for when one could not be played to its end. */
export interface GroupResult {
  readonly results: readonly SeedResult[];
  /** What only shows when the shop has been used, and has stopped. */
  readonly findings: readonly Finding[];
  readonly use: Readonly<Partial<Record<ProcessName, { readonly before: Use; readonly after: Use }>>>;
  readonly dataDir: string;
}

/**
 * What a process may need more of after all those faults than when it was fresh. Hashing a password takes 128 MiB, which
 * two at once leave behind for a while.
 */
const MORE_FILES = 40;
const MORE_MIB = 300;

/** Boots a shop, plays seeds on it one after the other, stops it, and searches whatever it left behind. */
export async function runGroup({ seeds, onSeed, keepsData = false }: GroupOptions): Promise<GroupResult> {
  const shop = await bootFaultShop();
  const archive = openArchive(shop);
  const results: SeedResult[] = [];
  const findings: Finding[] = [];
  const last = seeds.at(-1) ?? 0;
  const say = (name: string, found: string): void => void findings.push({ name, seed: last, found });
  let use: GroupResult['use'] = {};
  let secrets: string[] = [];
  try {
    const before = await useOfAll(shop);
    for (const seed of seeds) {
      const result = await runSeed(shop, archive, seed).catch((cause: unknown) => brokenOff(seed, cause));
      results.push(result);
      onSeed?.(result);
      // Nobody knows what state such a shop is in: the seeds that are left get another one.
      if (result.findings.some(({ name }) => name === 'run')) break;
    }
    secrets = await archive.depositSecrets();
    const after = await useOfAll(shop);
    use = Object.fromEntries(
      PROCESSES.flatMap((name) => {
        const [fresh, used] = [before[name], after[name]];
        return fresh === undefined || used === undefined ? [] : [[name, { before: fresh, after: used }]];
      }),
    );
    for (const problem of leaks(use)) say('I10', problem);
  } finally {
    await archive.close();
    for (const problem of await shop.stop()) say('stops', problem);
  }
  for (const problem of await searched(shop.stack.dataDir.path, secrets)) say('I8', problem);
  for (const problem of await crashes(shop.stack.dataDir.logs)) say('I10', problem);
  const isBroken = findings.length > 0 || results.some((result) => result.findings.length > 0);
  if (!(keepsData && isBroken)) await shop.removeData();
  return { results, findings, use, dataDir: shop.stack.dataDir.path };
}

async function useOfAll(shop: FaultShop): Promise<Partial<Record<ProcessName, Use>>> {
  const each = await Promise.all(PROCESSES.map(async (name) => [name, await useOf(shop.pid(name))] as const));
  return Object.fromEntries(each.filter(([, use]) => use !== undefined));
}

function leaks(use: GroupResult['use']): string[] {
  return Object.entries(use).flatMap(([name, { before, after }]) => [
    ...(after.files > before.files + MORE_FILES
      ? [`${name} has ${after.files} open files, ${before.files} when fresh`]
      : []),
    ...(after.rssMib > before.rssMib + MORE_MIB
      ? [`${name} takes ${after.rssMib} MiB, ${before.rssMib} when fresh`]
      : []),
  ]);
}

/** Field names of a card with a digit after them: two digits of a password cannot be searched for by themselves. */
const CARD_FIELDS =
  /(passwordTwoDigits|cardPassword|cardNumber|birthOrRegistration|customerIdentityNumber)["\\]*\s*[:=]\s*["\\]*\d/;

/**
 * Secrets in any file: logs, PostgreSQL's and MongoDB's files, the provider's ledger. What proves a notice is in the
 * databases on purpose, and may be in no log.
 */
async function searched(directory: string, depositSecrets: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const path of await filesIn(directory)) {
    const bytes = await readFile(path);
    for (const needle of NEEDLES) if (bytes.includes(needle)) problems.push(`${path} holds a secret: ${needle}…`);
    if (!path.endsWith('.log')) continue;
    const text = bytes.toString('latin1');
    if (CARD_FIELDS.test(text)) problems.push(`${path} has a card's field with its value`);
    if (depositSecrets.some((secret) => text.includes(secret))) problems.push(`${path} has the secret of a deposit`);
  }
  return problems;
}

/** The lines that a process writes when it ends because of an error of its own. */
const CRASHES = /uncaught error|unhandledRejection|UnhandledPromiseRejection|heap out of memory|FATAL ERROR/;

async function crashes(logs: string): Promise<string[]> {
  const problems: string[] = [];
  for (const path of await filesIn(logs)) {
    const line = (await readFile(path, 'utf8')).split('\n').find((each) => CRASHES.test(each));
    if (line !== undefined) problems.push(`${path}: ${line.slice(0, 1_000)}`);
  }
  return problems;
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
