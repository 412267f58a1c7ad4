/** Commands by the numbers a connection's caller gave them. */
export interface BoundCmds {
  readonly size: number;
  has(number: number): boolean;
  get(number: number): string | undefined;
  set(number: number, cmd: string): unknown;
}

/** The first needs no table: a connection that has one command holds no Map, which would be a tenth of an idle one. */
export class NumberedCmds implements BoundCmds {
  #number = 0;
  #cmd: string | undefined;
  #others: Map<number, string> | undefined;

  get size(): number {
    return (this.#cmd === undefined ? 0 : 1) + (this.#others?.size ?? 0);
  }

  has(number: number): boolean {
    return this.get(number) !== undefined;
  }

  get(number: number): string | undefined {
    return number === this.#number ? this.#cmd : this.#others?.get(number);
  }

  set(number: number, cmd: string): void {
    if (this.#cmd === undefined || number === this.#number) {
      this.#number = number;
      this.#cmd = cmd;
      return;
    }
    this.#others ??= new Map();
    this.#others.set(number, cmd);
  }
}
