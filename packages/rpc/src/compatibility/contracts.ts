import type { Effect } from '../contract/command.ts';
import type { CommandSnapshot, ContractSnapshot } from '../contract/snapshot.ts';
import type { Change, Level } from './change.ts';
import { schemaChanges } from './schemas.ts';

/** From harmless to repeat to harmful to repeat. */
const EFFECTS: readonly Effect[] = ['read', 'idempotent', 'unsafe'];
const LEVELS: readonly Level[] = ['breaking', 'risky', 'safe'];

/**
 * What a new version of a contract means for peers that still have the old one, worst first. Callers and servers are
 * deployed one after the other, so an input may only accept more and an output may only promise more.
 */
export const checkCompatibility = (before: ContractSnapshot, after: ContractSnapshot): readonly Change[] => {
  const changes: Change[] = [];
  if (before.contract !== after.contract) {
    const message = `contract renamed: ${before.contract} → ${after.contract}`;
    changes.push({ level: 'risky', cmd: '*', path: '', message });
  }
  for (const [cmd, old] of Object.entries(before.commands)) {
    const now = after.commands[cmd];
    if (now === undefined) changes.push({ level: 'breaking', cmd, path: '', message: 'command removed' });
    else changes.push(...commandChanges(cmd, old, now));
  }
  for (const cmd of Object.keys(after.commands)) {
    if (before.commands[cmd] === undefined) changes.push({ level: 'safe', cmd, path: '', message: 'command added' });
  }
  return changes.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
};

const commandChanges = (cmd: string, old: CommandSnapshot, now: CommandSnapshot): Change[] => {
  const changes: Change[] = [];
  const say = (level: Level, path: string, message: string): void => void changes.push({ level, cmd, path, message });
  if (old.kind !== now.kind) {
    say('breaking', '', `kind changed: ${old.kind} → ${now.kind}`);
    return changes;
  }
  if (old.effect !== now.effect) {
    // Callers of the old contract go on repeating what they were told is harmless to repeat.
    const worse = EFFECTS.indexOf(now.effect) > EFFECTS.indexOf(old.effect);
    say(worse ? 'breaking' : 'safe', '', `effect changed: ${old.effect} → ${now.effect}`);
  }
  if (old.timeoutMs !== now.timeoutMs) {
    say('safe', '', `timeoutMs changed: ${old.timeoutMs ?? 'default'} → ${now.timeoutMs ?? 'default'}`);
  }
  changes.push(...schemaChanges(old.input, now.input, 'input').map((change) => ({ cmd, ...change })));
  if (old.output !== undefined && now.output !== undefined) {
    changes.push(...schemaChanges(old.output, now.output, 'output').map((change) => ({ cmd, ...change })));
  }
  changes.push(...reasonChanges(cmd, old, now));
  return changes;
};

const reasonChanges = (cmd: string, old: CommandSnapshot, now: CommandSnapshot): Change[] => {
  const changes: Change[] = [];
  for (const [name, was] of Object.entries(old.errors)) {
    const path = `errors/${name}`;
    const is = now.errors[name];
    if (is === undefined) {
      changes.push({ level: 'safe', cmd, path, message: 'reason removed' });
      continue;
    }
    if (was.code !== is.code) {
      changes.push({ level: 'risky', cmd, path, message: `code changed: ${was.code} → ${is.code}` });
    }
    for (const change of schemaChanges(was.details, is.details, 'output')) {
      changes.push({ cmd, ...change, path: change.path.replace(/^output/, path) });
    }
  }
  for (const name of Object.keys(now.errors)) {
    if (old.errors[name] !== undefined) continue;
    // Old callers meet it as a reason they have no branch for; its code is one they know.
    changes.push({ level: 'risky', cmd, path: `errors/${name}`, message: 'reason added' });
  }
  return changes;
};
