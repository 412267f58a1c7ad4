import { type Accept, acceptOf } from '../contract/accept.ts';
import type { Command, Reasons } from '../contract/command.ts';
import { commandShapes } from '../contract/command-shapes.ts';
import type { Commands, Contract } from '../contract/contract.ts';
import { isReason } from '../contract/reason.ts';
import type { AnySchema } from '../contract/schema.ts';
import { RpcError } from '../core/errors.ts';
import { PositionalPayloads } from '../wire/native/positional/payloads.ts';
import type { ServerContext } from './context.ts';

/** What answers one command. */
export interface Route {
  /** Name of the contract; undefined for an untyped pattern. */
  readonly service: string | undefined;
  readonly cmd: string;
  /** `any`: an untyped pattern, which answers with whatever its handler returns. */
  readonly kind: Command['kind'] | 'any';
  readonly input: AnySchema | undefined;
  readonly output: AnySchema | undefined;
  /** Whether an input surely passes {@link input} unchanged; the same for output. */
  readonly acceptsInput: Accept | undefined;
  readonly acceptsOutput: Accept | undefined;
  /** How payloads are laid out for callers that have the same contract. */
  readonly payloads: PositionalPayloads | undefined;
  readonly errors: { readonly [reason: string]: (details: unknown, message?: string) => RpcError };
  /** False for an untyped pattern, whose thrown `code` and `details` go to the caller as they are. */
  readonly typed: boolean;
  readonly handle: (input: unknown, ctx: ServerContext) => unknown;
}

/** Commands by name. Duplicates and gaps are refused while the server is put together, not when a call comes. */
export class Router {
  readonly #routes = new Map<string, Route>();

  get(cmd: string): Route | undefined {
    return this.#routes.get(cmd) ?? (isNumeric(cmd) ? this.#routes.get(otherSpelling(cmd)) : undefined);
  }

  /** @throws {TypeError} a command that is already taken or without a handler. */
  implement(contract: Contract, handlers: Readonly<Record<string, unknown>>): void {
    const commands: Commands = contract.commands;
    for (const [cmd, command] of Object.entries(commands)) {
      const handle = handlers[cmd];
      if (typeof handle !== 'function') throw new TypeError(`contract ${contract.name} has no handler for ${cmd}`);
      this.add(routeOf(contract, cmd, command, handle as Route['handle']));
    }
    for (const cmd of Object.keys(handlers)) {
      if (!Object.hasOwn(commands, cmd)) throw new TypeError(`contract ${contract.name} has no command ${cmd}`);
    }
  }

  /** Canonical names of untyped patterns. */
  untyped(): string[] {
    return [...this.#routes.values()].filter(({ typed }) => !typed).map(({ cmd }) => cmd);
  }

  /** @throws {TypeError} a command that is already taken. */
  add(route: Route): void {
    if (this.#routes.has(route.cmd)) throw new TypeError(`command ${route.cmd} has a handler already`);
    this.#routes.set(route.cmd, route);
  }
}

/** A number and the text of its digits are one pattern, as in NestJS: `5` and `"5"`. */
const isNumeric = (cmd: string): boolean => /^(?:"-?\d[\d.e+-]*"|-?\d[\d.e+-]*)$/.test(cmd);

const otherSpelling = (cmd: string): string => (cmd.startsWith('"') ? cmd.slice(1, -1) : `"${cmd}"`);

const routeOf = (contract: Contract, cmd: string, command: Command, handle: Route['handle']): Route => {
  const output = command.kind === 'event' ? undefined : command.output;
  return {
    service: contract.name,
    cmd,
    input: command.input,
    kind: command.kind,
    output,
    acceptsInput: acceptOf(command.input),
    acceptsOutput: output === undefined ? undefined : acceptOf(output),
    payloads: new PositionalPayloads(() => commandShapes(contract, cmd)),
    errors: errorsOf(command.errors ?? {}),
    typed: true,
    handle,
  };
};

/** One constructor per declared refusal, made once per command and not per call. */
const errorsOf = (reasons: Reasons): Route['errors'] => {
  const errors: Record<string, (details: unknown, message?: string) => RpcError> = {};
  for (const [reason, declared] of Object.entries(reasons)) {
    const code = isReason(declared) ? declared.code : 'failed_precondition';
    errors[reason] = (details, message = reason) => new RpcError(message, { code, reason, details });
  }
  return Object.freeze(errors);
};
