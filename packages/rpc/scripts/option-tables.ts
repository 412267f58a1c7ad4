import ts from 'typescript';
import { docOf, sourceFileOf, sourceProgram } from './source-program.ts';

export interface OptionRow {
  /** With its place: `retry.budget.ratio`. */
  readonly name: string;
  readonly required: boolean;
  /** What the docstring gives after the word `Default`; empty when it gives none. */
  readonly fallback: string;
  readonly text: string;
}

/** Tables by name, and where their options are declared. `emit` and `stream` show what they add to `call`. */
export const TABLES = {
  server: { path: 'src/server/options.ts', type: 'ServerOptions' },
  client: { path: 'src/client/options.ts', type: 'ClientOptions' },
  call: { path: 'src/client/methods.ts', type: 'CallOptions' },
  emit: { path: 'src/client/methods.ts', type: 'EmitOptions' },
  stream: { path: 'src/client/methods.ts', type: 'StreamOptions' },
} as const;
export type TableName = keyof typeof TABLES;

/** A type that is options itself is shown option by option, whatever it is wrapped in. */
const NESTED = /\b(\w*(?:Options|Limits))\b/;

/** Every table's rows, from the docstrings of the option types. */
export const optionTables = (): Readonly<Record<TableName, readonly OptionRow[]>> => {
  const program = sourceProgram(Object.values(TABLES).map(({ path }) => path));
  const checker = program.getTypeChecker();
  const rowsOf = (type: ts.Type, prefix: string): OptionRow[] =>
    checker.getPropertiesOfType(type).flatMap((property) => {
      const row = rowOf(property, prefix, checker);
      const own = checker.getNonNullableType(checker.getTypeOfSymbol(property));
      const nested = parts(own).filter(
        (part) =>
          NESTED.test(checker.typeToString(part)) &&
          (part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 &&
          part.getCallSignatures().length === 0,
      );
      const inner = nested.flatMap((part) => rowsOf(part, `${row.name}.`));
      return inner.length > 0 && row.text === '' && row.fallback === '' ? inner : [row, ...inner];
    });
  const typed = ([name, { path, type }]: [string, { readonly path: string; readonly type: string }]) => {
    const declaration = sourceFileOf(program, path).statements.find(
      (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === type,
    );
    if (declaration === undefined) throw new Error(`${path} declares no interface ${type}`);
    return [name, rowsOf(checker.getTypeAtLocation(declaration), '')] as const;
  };
  const tables = Object.fromEntries(Object.entries(TABLES).map(typed)) as Record<TableName, OptionRow[]>;
  const every = new Set(tables.call.map(({ name }) => name));
  const added = (rows: readonly OptionRow[]): OptionRow[] => rows.filter(({ name }) => !every.has(name));
  return { ...tables, emit: added(tables.emit), stream: added(tables.stream) };
};

const parts = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);

const rowOf = (property: ts.Symbol, prefix: string, checker: ts.TypeChecker): OptionRow => {
  const text = docOf(property, checker);
  const found = /(?:^|[.;]\s+)Default:?\s+(.+?)(?:\.(?=\s|$)|;|$)/.exec(text);
  const rest =
    found === null
      ? text
      : `${text.slice(0, found.index)}${text.slice(found.index)[0] === '.' ? '.' : ''}${text.slice(found.index + found[0].length)}`;
  return {
    name: `${prefix}${property.name}`,
    required: (property.flags & ts.SymbolFlags.Optional) === 0,
    fallback: found?.[1] ?? '',
    text: rest.trim(),
  };
};

/** One Markdown table, its columns padded. */
export const markdownTable = (rows: readonly OptionRow[]): string => {
  const cells = rows.map(({ name, required, fallback, text }) => [
    `\`${name}\``,
    fallback === '' ? (required && !name.includes('.') ? '(required)' : '') : fallback,
    text,
  ]);
  return table(['option', 'default', 'what it does'], cells);
};

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const escaped = rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...escaped.map(line)].join('\n');
};
