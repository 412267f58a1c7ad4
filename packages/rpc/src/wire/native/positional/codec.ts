import { generated } from '../../../core/generated.ts';
import type { Shape, ShapeField } from '../../../core/shape.ts';
import { keys, Source } from '../../../core/source.ts';
import { beginEncoding, endEncoding, isEncoding } from '../../encoding.ts';
import * as reader from './reader.ts';
import { READERS } from './reader.ts';
import * as writer from './writer.ts';
import { WRITERS } from './writer.ts';

/** The value is not of the shape, and must be sent by name. */
export const MISFITS = -1;
/** The buffer is too small. */
export const NO_ROOM = -2;

/**
 * Reads and writes values of one shape without naming their fields: MessagePack still, but an object is the array of
 * its values. Compiled, because a generic encoder spends its time on finding out what the contract has said already.
 * @see docs/wire-native.md, "Positional payloads"
 */
export interface PositionalCodec {
  /** Where the value written from `start` on ends, or {@link MISFITS}, or {@link NO_ROOM} in front of `stop`. */
  write(value: unknown, buffer: Buffer, start: number, stop: number): number;
  /** @throws {ProtocolError} bytes that are not of the shape. */
  read(buffer: Buffer, start: number, stop: number): unknown;
}

/** Undefined where no code may be generated; payloads then name their fields. */
export const positionalCodec = (shape: Shape): PositionalCodec | undefined => {
  const writing = new WriterSource();
  const writeRoot = writing.of(shape, 'root');
  const write = generated<(value: unknown) => void>(
    'write',
    { ...WRITERS, keys, ...writing.constants },
    `${writing.functions.join('\n')}\nreturn (root) => { ${writeRoot} };`,
  );
  const reading = new ReaderSource();
  const readRoot = reading.of(shape);
  const read = generated<() => unknown>(
    'read',
    { ...READERS, ...reading.constants },
    `${reading.functions.join('\n')}\nreturn () => ${readRoot};`,
  );
  if (write === undefined || read === undefined) return undefined;
  return {
    write(value, buffer, start, stop) {
      // Left to the encoder by name, which says what is wrong.
      if (isEncoding()) return MISFITS;
      beginEncoding();
      writer.open(buffer, start, stop);
      try {
        write(value);
      } catch (thrown) {
        if (thrown === writer.MISFIT) return MISFITS;
        if (thrown === writer.FULL) return NO_ROOM;
        throw thrown;
      } finally {
        endEncoding();
      }
      return writer.close();
    },
    read(buffer, start, stop) {
      reader.open(buffer, start, stop);
      const value = read();
      reader.close();
      return value;
    },
  };
};

class WriterSource extends Source {
  /** Statements that write the value of an expression. */
  of(shape: Shape, value: string): string {
    switch (shape.kind) {
      case 'string':
        return `str(${value});`;
      case 'integer':
        return `int(${value});`;
      case 'number':
        return `num(${value});`;
      case 'boolean':
        return `bool(${value});`;
      case 'oneOf':
        return `pick(${value}, ${this.constant(new Map(shape.values.map((text, index) => [text, index])))});`;
      case 'nullable':
        return `if (${value} === null) nil(); else { ${this.of(shape.of, value)} }`;
      case 'array':
        return `${this.define(
          'list_',
          `if (!Array.isArray(list_)) throw MISFIT;
           list(list_.length);
           for (let i = 0; i < list_.length; i += 1) { const item = list_[i]; ${this.of(shape.of, 'item')} }`,
        )}(${value});`;
      case 'object':
        return `${this.define('o', this.#object(shape.fields))}(${value});`;
    }
  }

  #object(fields: readonly ShapeField[]): string {
    const optional = fields.filter((field) => field.optional);
    const required = fields.length - optional.length;
    const local = (field: ShapeField): string => `v${fields.indexOf(field)}`;
    return `
      if (typeof o !== 'object' || o === null || Array.isArray(o)) throw MISFIT;
      ${fields.map((field) => `const ${local(field)} = o[${JSON.stringify(field.name)}];`).join('\n')}
      let named = ${required}, mask = 0, present = 0;
      ${optional
        .map(
          (field, bit) => `
            if (${local(field)} !== undefined) { mask |= ${2 ** bit}; named += 1; present += 1; }
            else if (${JSON.stringify(field.name)} in o) named += 1;`,
        )
        .join('')}
      if (keys(o) !== named) throw MISFIT;
      ${optional.length === 0 ? `list(${fields.length});` : `list(${1 + required} + present); int(mask);`}
      ${fields
        .map((field) => {
          const written = this.of(field.shape, local(field));
          return field.optional ? `if (${local(field)} !== undefined) { ${written} }` : written;
        })
        .join('\n')}`;
  }
}

class ReaderSource extends Source {
  /** An expression that reads a value. */
  of(shape: Shape): string {
    switch (shape.kind) {
      case 'string':
        return 'str()';
      case 'integer':
        return 'int()';
      case 'number':
        return 'num()';
      case 'boolean':
        return 'bool()';
      case 'oneOf':
        return `pick(${this.constant(shape.values)})`;
      case 'nullable':
        return `(nil() ? null : ${this.of(shape.of)})`;
      case 'array':
        return `${this.define(
          '',
          `const length = list();
           const read = [];
           for (let i = 0; i < length; i += 1) read.push(${this.of(shape.of)});
           return read;`,
        )}()`;
      case 'object':
        return `${this.define('', this.#object(shape.fields))}()`;
    }
  }

  #object(fields: readonly ShapeField[]): string {
    const optional = fields.filter((field) => field.optional);
    const required = fields.length - optional.length;
    const head =
      optional.length === 0 ? `fields(${required});` : `const mask = presence(${required}, ${optional.length});`;
    const read = fields.map((field, index) => {
      const value = this.of(field.shape);
      if (!field.optional) return `const v${index} = ${value};`;
      return `const v${index} = (mask & ${2 ** optional.indexOf(field)}) === 0 ? undefined : ${value};`;
    });
    // The literal gives every object one hidden class; an absent field is absent and not undefined.
    const literal = fields
      .map((field, index) => [field, index] as const)
      .filter(([field]) => !field.optional)
      .map(([field, index]) => `${JSON.stringify(field.name)}: v${index}`);
    const added = fields
      .map((field, index) => [field, index] as const)
      .filter(([field]) => field.optional)
      .map(([field, index]) => `if (v${index} !== undefined) made[${JSON.stringify(field.name)}] = v${index};`);
    return `${head} ${read.join('\n')} const made = { ${literal.join(', ')} }; ${added.join('\n')} return made;`;
  }
}
