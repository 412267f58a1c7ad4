/** What a process has used so far; take it twice and subtract. */
export interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

export const usage = (): Usage => {
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() };
};
