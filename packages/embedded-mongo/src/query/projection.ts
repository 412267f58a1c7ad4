import { CommandError } from '../errors.ts';
import { type BsonDocument, isDocument } from './bson-document.ts';
import { compileElementFilter } from './filter.ts';
import { promote, setField } from './promote.ts';

/** A compiled projection; absent when the whole document is wanted. */
export type Projection = (document: BsonDocument) => BsonDocument;

interface Tree {
  readonly [name: string]: Tree | Leaf;
}
type Leaf = { readonly apply: (value: unknown) => unknown };

/**
 * Compiles the projection of find and findAndModify: inclusion or exclusion by dotted path, `$slice`, `$elemMatch`.
 * @throws {CommandError} `BadValue` when both are mixed, `NotImplemented` for computed fields and the positional `$`.
 */
export function compileProjection(spec: BsonDocument): Projection | undefined {
  const entries = Object.entries(spec);
  if (entries.length === 0) return undefined;
  const flags = entries.filter(([name, value]) => name !== '_id' && !isDocument(value)).map(([, value]) => isOn(value));
  const matchers = entries.some(([, value]) => isDocument(value) && '$elemMatch' in value);
  const idOn = '_id' in spec ? isOn(spec._id) : undefined;
  const inclusive = flags[0] ?? (matchers || idOn === true);
  if (flags.some((flag) => flag !== inclusive)) {
    throw inclusive
      ? new CommandError('Location31254', 'Cannot do exclusion of a field in inclusion projection')
      : new CommandError('Location31253', 'Cannot do inclusion of a field in exclusion projection');
  }
  const tree: Record<string, Tree | Leaf> = {};
  for (const [path, value] of entries) {
    if (path.split('.').some((name) => name === '' || name.startsWith('$'))) {
      throw new CommandError(
        'NotImplemented',
        `projection of '${path}' is not supported by the embedded document server`,
      );
    }
    if (path === '_id' && !isDocument(value)) continue;
    plant(
      tree,
      path,
      isDocument(value) ? operatorLeaf(path, value) : { apply: (found) => (inclusive ? found : undefined) },
    );
  }
  if (idOn ?? true) {
    if (inclusive) tree._id ??= { apply: (value) => value };
  } else if (!inclusive) {
    tree._id = { apply: () => undefined };
  }
  return (document) => project(document, tree, inclusive);
}

function isOn(value: unknown): boolean {
  const flag = promote(value);
  if (typeof flag === 'number' || typeof flag === 'boolean') return Boolean(flag);
  throw new CommandError(
    'NotImplemented',
    'computed projection fields are not supported by the embedded document server',
  );
}

function operatorLeaf(path: string, operator: BsonDocument): Leaf {
  const [name = '', ...others] = Object.keys(operator);
  if (others.length === 0 && name === '$elemMatch') {
    const matches = compileElementFilter(operator[name]);
    return {
      apply: (value) => {
        const index = Array.isArray(value) ? value.findIndex(matches) : -1;
        return Array.isArray(value) && index >= 0 ? [value[index]] : undefined;
      },
    };
  }
  if (others.length === 0 && name === '$slice') {
    const window = promote(operator[name]);
    return { apply: (value) => (Array.isArray(value) ? slice(value, window) : value) };
  }
  throw new CommandError(
    'NotImplemented',
    `projection of '${path}' with ${name} is not supported by the embedded document server`,
  );
}

function slice(items: readonly unknown[], window: unknown): unknown[] {
  if (Number.isInteger(window))
    return Number(window) < 0 ? items.slice(Number(window)) : items.slice(0, Number(window));
  if (Array.isArray(window) && window.length === 2 && window.every(Number.isInteger) && Number(window[1]) > 0) {
    const skip = Number(window[0]);
    const start = skip < 0 ? Math.max(0, items.length + skip) : skip;
    return items.slice(start, start + Number(window[1]));
  }
  throw new CommandError('BadValue', '$slice needs a number or an array of a skip and a positive limit');
}

function plant(tree: Record<string, Tree | Leaf>, path: string, leaf: Leaf): void {
  const names = path.split('.');
  let at = tree;
  for (const [i, name] of names.entries()) {
    const there = Object.hasOwn(at, name) ? at[name] : undefined;
    if (i === names.length - 1) {
      if (there !== undefined) throw new CommandError('BadValue', `Path collision at ${path}`);
      setField(at, name, leaf);
    } else if (there === undefined) {
      const branch: Record<string, Tree | Leaf> = {};
      setField(at, name, branch);
      at = branch;
    } else if (isLeaf(there)) {
      throw new CommandError('BadValue', `Path collision at ${path}`);
    } else {
      at = there as Record<string, Tree | Leaf>;
    }
  }
}

function isLeaf(node: Tree | Leaf): node is Leaf {
  return typeof node.apply === 'function';
}

function project(document: BsonDocument, tree: Tree, inclusive: boolean): BsonDocument {
  const projected: BsonDocument = {};
  for (const [name, value] of Object.entries(document)) {
    const node = Object.hasOwn(tree, name) ? tree[name] : undefined;
    const kept = node === undefined ? (inclusive ? undefined : value) : projectValue(value, node, inclusive);
    if (kept !== undefined) setField(projected, name, kept);
  }
  return projected;
}

function projectValue(value: unknown, node: Tree | Leaf, inclusive: boolean): unknown {
  if (isLeaf(node)) return node.apply(value);
  if (Array.isArray(value)) {
    const items = value.map((item) =>
      isDocument(item) || Array.isArray(item) ? projectValue(item, node, inclusive) : inclusive ? undefined : item,
    );
    return items.filter((item) => item !== undefined);
  }
  if (isDocument(value)) return project(value, node, inclusive);
  return inclusive ? undefined : value;
}
