import { answerQuestions } from '../lib/process/answer.ts';
import { type Load, placeOrders } from './load.ts';
import { type OneProcessOptions, openOneProcess } from './one-process.ts';

// The one process that the shop is compared with.
const options: OneProcessOptions = JSON.parse(process.env.ONE_PROCESS ?? '{}');
const shop = openOneProcess(options);

answerQuestions(async (load: Load) => placeOrders((await shop).place, load));
