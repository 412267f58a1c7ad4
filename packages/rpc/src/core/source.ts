/** Source put together for `generated`: a function for each array and object, so that nesting does not multiply code. */
export abstract class Source {
  readonly functions: string[] = [];
  readonly constants: Record<string, unknown> = {};

  /** Defines a function; answers its name. */
  protected define(parameters: string, body: string): string {
    const name = `f${this.functions.length}`;
    this.functions.push(`function ${name}(${parameters}) { ${body} }`);
    return name;
  }

  /** Binds a value that source cannot say; answers its name. */
  protected constant(value: unknown): string {
    const name = `c${Object.keys(this.constants).length}`;
    this.constants[name] = value;
    return name;
  }
}

/** Own and inherited names: a value that has more than was asked for is not what was asked for. */
export const keys = (value: object): number => {
  let count = 0;
  for (const _ in value) count += 1;
  return count;
};
