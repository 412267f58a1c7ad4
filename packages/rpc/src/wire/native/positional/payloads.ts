import type { Shape } from '../../../core/shape.ts';
import { type PositionalCodec, positionalCodec } from './codec.ts';

/** The codecs of one command, each compiled when it is first needed: a contract of many commands starts as fast as one of few. */
export class PositionalPayloads {
  readonly #shapes: () => { readonly input: Shape | undefined; readonly output: Shape | undefined };
  #input: PositionalCodec | undefined | null = null;
  #output: PositionalCodec | undefined | null = null;

  constructor(shapes: () => { readonly input: Shape | undefined; readonly output: Shape | undefined }) {
    this.#shapes = shapes;
  }

  /** Of what the command takes; undefined when it is sent by name. */
  get input(): PositionalCodec | undefined {
    if (this.#input === null) this.#input = codecOf(this.#shapes().input);
    return this.#input;
  }

  /** Of what the command gives; undefined when it is sent by name. */
  get output(): PositionalCodec | undefined {
    if (this.#output === null) this.#output = codecOf(this.#shapes().output);
    return this.#output;
  }
}

const codecOf = (shape: Shape | undefined): PositionalCodec | undefined =>
  shape === undefined ? undefined : positionalCodec(shape);
