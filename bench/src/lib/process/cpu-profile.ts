import { type Debugger, type Profiler, Session } from 'node:inspector/promises';

/** A function and the time that was spent in it, not in what it called. */
export interface SelfTime {
  /** As V8 has it; `(program)`, `(garbage collector)` and natives of Node have names too, and no `url`. */
  readonly name: string;
  /** The file as V8 has it: a `file:` or `node:` URL, or the `sourceURL` of generated source; empty for what is native. */
  readonly url: string;
  /** Where the function begins, from 1; 0 for what is native. */
  readonly line: number;
  /** Microseconds. */
  readonly selfUs: number;
}

/** Microseconds between samples: a part of a percent is seen within seconds, and the sampling itself costs little. */
const INTERVAL_US = 500;
/** V8's name for having nothing to do. */
const IDLE = '(idle)';
/** The name of CPU that was spent while V8 had nothing to do: libuv polls the kernel and reads sockets then. */
export const POLLING = '(polling)';

let under: { readonly session: Session; readonly cpuBefore: NodeJS.CpuUsage } | undefined;

/** Begins to take a CPU profile of this process. */
export const startProfile = async (): Promise<void> => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
  await session.post('Profiler.start');
  under = { session, cpuBefore: process.threadCpuUsage() };
};

/** Ends the profile that was begun; the longest first. */
export const stopProfile = async (): Promise<SelfTime[]> => {
  if (under === undefined) throw new Error('no profile was begun');
  const { session, cpuBefore } = under;
  under = undefined;
  const { user, system } = process.threadCpuUsage(cpuBefore);
  const { profile } = await session.post('Profiler.stop');
  const urls = await scriptUrls(session);
  session.disconnect();
  const seen = selfTimesOf(profile, urls);
  const seenUs = seen.reduce((sum, { selfUs }) => sum + selfUs, 0);
  const polling = { name: POLLING, url: '', line: 0, selfUs: Math.max(0, user + system - seenUs) };
  return [...seen, polling].sort((a, b) => b.selfUs - a.selfUs);
};

/** URLs by script: for an inlined function of generated source, the profile itself leaves them out. */
const scriptUrls = async (session: Session): Promise<ReadonlyMap<string, string>> => {
  const urls = new Map<string, string>();
  const heard = ({ params }: { readonly params: Debugger.ScriptParsedEventDataType }): void =>
    void urls.set(params.scriptId, params.url);
  session.on('Debugger.scriptParsed', heard);
  await session.post('Debugger.enable');
  await session.post('Debugger.disable');
  return urls;
};

/** Where V8 saw the process work: one entry for a function, however it was called. */
export const selfTimesOf = (
  { nodes, samples = [], timeDeltas = [] }: Profiler.Profile,
  urls: ReadonlyMap<string, string> = new Map(),
): SelfTime[] => {
  const selfUs = new Map<number, number>();
  // A delta is the time before its sample; the time after it is what the sample stands for.
  samples.forEach((id, index) => {
    selfUs.set(id, (selfUs.get(id) ?? 0) + Math.max(0, timeDeltas[index + 1] ?? 0));
  });
  const callers = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
  const functions = new Map<string, SelfTime>();
  for (const node of nodes) {
    const own = selfUs.get(node.id) ?? 0;
    if (own === 0 || node.callFrame.functionName === IDLE) continue;
    const { name, url, line } = functionOf((isNameless(node) && callers.get(node.id)) || node, urls);
    const key = `${name} ${url}:${line}`;
    functions.set(key, { name, url, line, selfUs: own + (functions.get(key)?.selfUs ?? 0) });
  }
  return [...functions.values()];
};

/** A native that compiled code calls directly has no name; it counts as a part of its caller, as what is inlined. */
const isNameless = ({ callFrame }: Profiler.ProfileNode): boolean =>
  callFrame.functionName === '' && callFrame.scriptId === '0';

const functionOf = (
  { callFrame: { functionName, url, scriptId, lineNumber } }: Profiler.ProfileNode,
  urls: ReadonlyMap<string, string>,
): Omit<SelfTime, 'selfUs'> => ({
  name: functionName === '' ? '(anonymous)' : functionName,
  url: url === '' ? (urls.get(scriptId) ?? '') : url,
  line: lineNumber + 1,
});
