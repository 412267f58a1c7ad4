import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { docOf, markdownOf, sourceFileOf, sourceProgram } from './source-program.ts';

interface Page {
  readonly entry: string;
  readonly file: string;
  readonly exported: readonly ts.Symbol[];
}

/** Pages of the reference by file name, one for each entry of the package, from its exports and their docstrings. */
export const apiReference = (): ReadonlyMap<string, string> => {
  const entries = entriesOf();
  const program = sourceProgram([...entries.values()]);
  const declarations = emittedDeclarations(program);
  const checker = program.getTypeChecker();
  const pages = [...entries].map(([entry, path]): Page => {
    const module = checker.getSymbolAtLocation(sourceFileOf(program, path));
    if (module === undefined) throw new Error(`${path} is not a module`);
    const exported = checker.getExportsOfModule(module).map((symbol) => resolved(symbol, checker));
    return { entry, file: `${entry.split('/')[1] ?? entry}.md`, exported };
  });
  const texts = pages.map((page) => [page.file, pageOf(page, pages, declarations, checker)] as const);
  return new Map([['README.md', contentsOf(pages)], ...texts]);
};

const contentsOf = (pages: readonly Page[]): string => {
  const lines = pages.map(({ entry, file, exported }) => {
    const values = exported.filter(isValue).map(({ name }) => `\`${name}\``);
    return `- [\`${entry}\`](${file}): ${values.length === 0 ? 'types' : values.sort().join(', ')}`;
  });
  const origin = 'Made from the docstrings by `node packages/rpc/scripts/write-docs.ts`; a test keeps it current.';
  return ['# API reference', '', origin, '', ...lines, ''].join('\n');
};

const pageOf = (
  { entry, exported }: Page,
  pages: readonly Page[],
  declarations: Declarations,
  checker: ts.TypeChecker,
): string => {
  const mentioned = mentionedBy(exported, checker, (symbol) => pageFor(symbol, pages) !== undefined);
  const own = mentioned.filter((symbol) => declarations.has(keyOf(symbol)) && pageFor(symbol, pages) === undefined);
  const elsewhere = mentioned
    .filter((symbol) => !exported.includes(symbol))
    .sort(byName)
    .flatMap((symbol) => {
      const page = pageFor(symbol, pages);
      return page === undefined ? [] : [`[\`${symbol.name}\`](${page.file}#${symbol.name.toLowerCase()})`];
    });
  const section = (title: string, symbols: readonly ts.Symbol[]): string[] =>
    symbols.length === 0
      ? []
      : [`## ${title}`, '', ...[...symbols].sort(byName).flatMap((symbol) => describe(symbol, declarations, checker))];
  return [
    `# ${entry}`,
    '',
    ...paragraph(elsewhere.length === 0 ? '' : `Described with another entry: ${elsewhere.join(', ')}.`),
    ...section('Values', exported.filter(isValue)),
    ...section(
      'Types',
      exported.filter((symbol) => !isValue(symbol)),
    ),
    ...section('Types that these mention', own),
  ].join('\n');
};

/** The first page that a name is exported on. */
const pageFor = (symbol: ts.Symbol, pages: readonly Page[]): Page | undefined =>
  pages.find(({ exported }) => exported.includes(symbol));

const describe = (symbol: ts.Symbol, declarations: Declarations, checker: ts.TypeChecker): string[] => {
  const tags = symbol
    .getJsDocTags(checker)
    .map(({ name, text }) => `- *${TAGS[name] ?? name}* ${tagText(markdownOf(text))}`)
    .sort();
  return [
    `### ${symbol.name}`,
    '',
    ...paragraph(docOf(symbol, checker)),
    ...(tags.length === 0 ? [] : [...tags, '']),
    '```ts',
    declarationOf(symbol, declarations),
    '```',
    '',
  ];
};

/** The compiler takes the first word after a tag for a name, and the rest for a text about it. */
const tagText = (text: string): string => text.replace(/^(\w+) (?=[:/])/, '$1').replace(/^\{(\w+)\}/, '`$1`');

const TAGS: Readonly<Record<string, string>> = { param: 'parameter', see: 'see', throws: 'throws' };

const paragraph = (text: string): string[] => (text === '' ? [] : [text, '']);

const byName = (a: ts.Symbol, b: ts.Symbol): number => (a.name < b.name ? -1 : 1);

const isValue = (symbol: ts.Symbol): boolean => (symbol.flags & ts.SymbolFlags.Value) !== 0;

const resolved = (symbol: ts.Symbol, checker: ts.TypeChecker): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);

/** The package's own types that a reader of these declarations comes across, as far down as the next page. */
const mentionedBy = (
  symbols: readonly ts.Symbol[],
  checker: ts.TypeChecker,
  isDescribed: (symbol: ts.Symbol) => boolean,
): ts.Symbol[] => {
  const seen = new Set<ts.Symbol>();
  const visit = (node: ts.Node): void => {
    // What a function does is not part of what it declares.
    if (ts.isBlock(node) || (ts.isPropertyDeclaration(node) && ts.isPrivateIdentifier(node.name))) return;
    if (ts.isArrowFunction(node)) {
      for (const part of [...(node.typeParameters ?? []), ...node.parameters, node.type]) if (part) visit(part);
      return;
    }
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      const found = checker.getSymbolAtLocation(name);
      if (found !== undefined) look(resolved(found, checker));
    }
    ts.forEachChild(node, visit);
  };
  const look = (symbol: ts.Symbol): void => {
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined || seen.has(symbol) || (symbol.flags & ts.SymbolFlags.TypeParameter) !== 0) return;
    const { fileName } = declaration.getSourceFile();
    if (!fileName.includes('/packages/rpc/src/')) return;
    seen.add(symbol);
    if (isDescribed(symbol) && !symbols.includes(symbol)) return;
    for (const each of symbol.declarations ?? []) visit(each);
  };
  for (const symbol of symbols) look(symbol);
  return [...seen].filter((symbol) => !symbols.includes(symbol));
};

/** Source file and name, to the declaration as the compiler would publish it. */
type Declarations = ReadonlyMap<string, string>;

const emittedDeclarations = (program: ts.Program): Declarations => {
  const found = new Map<string, string>();
  program.emit(
    undefined,
    (fileName, text, _mark, _error, sources) => {
      const source = sources?.[0];
      if (source === undefined || !fileName.endsWith('.d.ts')) return;
      const file = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
      for (const statement of file.statements) {
        for (const name of namesOf(statement)) found.set(`${source.fileName}#${name}`, clean(statement.getText(file)));
      }
    },
    undefined,
    true,
  );
  return found;
};

const namesOf = (statement: ts.Statement): string[] => {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  const named = statement as ts.Statement & { readonly name?: ts.Identifier };
  return named.name === undefined ? [] : [named.name.text];
};

const keyOf = (symbol: ts.Symbol): string =>
  `${symbol.declarations?.[0]?.getSourceFile().fileName ?? ''}#${symbol.name}`;

const declarationOf = (symbol: ts.Symbol, declarations: Declarations): string => {
  const text = declarations.get(keyOf(symbol));
  if (text === undefined) throw new Error(`no declaration was emitted for ${keyOf(symbol)}`);
  return text;
};

/** A declaration for reading: without the words that only a compiler needs. */
const clean = (text: string): string =>
  text
    .replace(/^export /, '')
    .replace(/^declare /, '')
    .replaceAll(/^ *(?:#private|get \[BRAND\]\(\): true);\n/gm, '')
    .replaceAll(/\{\n((?: +[^\n{}*]+;\n)+) *\}/g, (whole, fields: string) => {
      const line = `{ ${fields.trim().replaceAll(/;\n */g, '; ').replace(/;$/, '')} }`;
      return line.length > 112 ? whole : line;
    })
    .replaceAll(/^( +)/gm, (indent) => ' '.repeat(indent.length / 2));

const entriesOf = (): ReadonlyMap<string, string> => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { exports } = JSON.parse(text) as { readonly exports: Readonly<Record<string, string>> };
  const sources = Object.entries(exports).filter(([, path]) => path.endsWith('.ts'));
  return new Map(sources.map(([entry, path]) => [`cmdrpc${entry.slice(1)}`, path.slice(2)]));
};
