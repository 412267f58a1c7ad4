import { answerQuestions } from '../lib/process/answer.ts';
import { type SelfTime, startProfile, stopProfile } from '../lib/process/cpu-profile.ts';
import { sumOf, type Usage, usage, usageOf } from '../lib/process/usage.ts';
import { workloadNamed } from '../workloads/index.ts';
import { loadTarget, type PairName, type Served } from './target.ts';

export type ServerQuestion = { readonly serve: PairName } | 'usage' | 'startProfile' | 'stopProfile';

let served: Served | undefined;

/** The server process: serves one target with one workload, and says what that has used so far. */
answerQuestions(
  async (question: ServerQuestion): Promise<Usage | SelfTime[] | { readonly port: number } | undefined> => {
    if (question === 'stopProfile') return stopProfile();
    if (question === 'startProfile') {
      await startProfile();
      return undefined;
    }
    if (question === 'usage') {
      return served?.brokerPid === undefined ? usage() : sumOf(usage(), usageOf(served.brokerPid));
    }
    served = await (await loadTarget(question.serve)).serve(workloadNamed(question.serve.workload));
    return { port: served.port };
  },
);
