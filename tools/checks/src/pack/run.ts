import { execFile } from 'node:child_process';

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Milliseconds any one command may take; a registry that hangs is a failure. */
const PATIENCE_MS = 120_000;

/** Runs a command to its end; both of its outputs in one. */
export const run = (command: string, args: readonly string[], cwd: string): Promise<Outcome> =>
  new Promise((resolve) => {
    const options = { cwd, timeout: PATIENCE_MS, maxBuffer: 2 ** 26, env: plainEnvironment() };
    const child = execFile(command, [...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, output: `${stdout}${stderr}`.trim() });
    });
  });

/** @throws {Error} with everything the command said, when it fails. */
export const mustRun = async (command: string, args: readonly string[], cwd: string): Promise<string> => {
  const { code, output } = await run(command, args, cwd);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}:\n${output}`);
  return output;
};

/** What a package manager that runs this script puts into the environment is its own affair and confuses another one. */
const plainEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm|pnpm)_/i.test(name)));
