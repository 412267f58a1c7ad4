import type { JsonSchema } from '../contract/json-schema.ts';
import type { Level } from './change.ts';
import type { Problem, Question } from './question.ts';

/** Fields of an object schema by name. */
export const fieldsOf = ({ properties }: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  (properties ?? {}) as Readonly<Record<string, JsonSchema>>;

const requiredOf = ({ required }: JsonSchema): ReadonlySet<string> => new Set((required ?? []) as readonly string[]);

/** Fields that came, went, or became required or optional. */
export const fieldProblems = (question: Question, wide: JsonSchema, narrow: JsonSchema, path: string): Problem[] => {
  const [before, after] = question.wideIsBefore ? [wide, narrow] : [narrow, wide];
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  const [neededBefore, neededAfter] = [requiredOf(before), requiredOf(after)];
  const isInput = question.direction === 'input';
  const problems: Problem[] = [];
  const tell = (name: string, level: Level, message: string): void =>
    void problems.push({ level, path: `${path}/${name}`, facet: 'presence', message });
  for (const name of Object.keys(was)) {
    const [needed, needs] = [neededBefore.has(name), neededAfter.has(name)];
    if (is[name] === undefined) {
      if (!isInput) tell(name, needed ? 'breaking' : 'risky', 'field removed');
      else if (after.additionalProperties === false) tell(name, 'breaking', 'field removed and refused when sent');
      else tell(name, 'risky', 'field removed and ignored when sent');
    } else if (needed && !needs) {
      tell(name, isInput ? 'safe' : 'breaking', isInput ? 'field is optional now' : 'field may be missing now');
    } else if (!needed && needs) {
      tell(name, isInput ? 'breaking' : 'safe', isInput ? 'field is required now' : 'field is always there now');
    }
  }
  for (const name of Object.keys(is)) {
    if (was[name] !== undefined) continue;
    if (isInput && neededAfter.has(name)) tell(name, 'breaking', 'required field added');
    else tell(name, 'safe', isInput ? 'optional field added' : 'field added');
  }
  return problems;
};
