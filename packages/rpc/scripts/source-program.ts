import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const packageRoot = new URL('..', import.meta.url);

/** The library's source as the compiler sees it, for documents that are made from its docstrings. */
export const sourceProgram = (entries: readonly string[]): ts.Program => {
  const configPath = fileURLToPath(new URL('tsconfig.build.json', packageRoot));
  const { config } = ts.readConfigFile(configPath, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(packageRoot));
  return ts.createProgram({
    rootNames: entries.map((entry) => fileURLToPath(new URL(entry, packageRoot))),
    options: { ...options, declarationMap: false, sourceMap: false },
  });
};

/** A file of the program, by its path inside the package. */
export const sourceFileOf = (program: ts.Program, path: string): ts.SourceFile => {
  const file = program.getSourceFile(fileURLToPath(new URL(path, packageRoot)));
  if (file === undefined) throw new Error(`${path} is not part of the program`);
  return file;
};

/** A docstring as one line of Markdown; what it links to becomes code. */
export const docOf = (symbol: ts.Symbol, checker: ts.TypeChecker): string =>
  markdownOf(symbol.getDocumentationComment(checker));

/** Parts of a docstring as one line. */
export const markdownOf = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
  (parts ?? [])
    .filter(({ kind }) => kind !== 'link')
    .map(({ kind, text }) => (kind === 'linkName' ? `\`${text}\`` : text))
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim();
