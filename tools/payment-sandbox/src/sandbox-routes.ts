import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { inTransaction } from './database.ts';
import { distortNotices, noticeKnobs, readFaults } from './faults.ts';
import type { Provider } from './provider.ts';
import { deposit, takeBackDeposit } from './virtual-account.ts';
import { noticeOf } from './webhooks.ts';

const depositSchema = z.strictObject({ orderId: z.string().min(1).max(64), ...noticeKnobs });

/** The routes that the real provider does not have: what was charged, faults, deposits. No key is asked for. */
export function addSandboxRoutes(app: FastifyInstance, provider: Provider): void {
  app.get('/_sandbox/ledger', () => provider.ledger.charges());

  app.get('/_sandbox/faults', () => provider.faults);

  app.put('/_sandbox/faults', (request, reply) => {
    const reading = readFaults(parseJson(request.body));
    if ('problem' in reading) return refuse(reply, 400, `faults refused: ${reading.problem}`);
    provider.faults = reading.faults;
    return reply.send(provider.faults);
  });

  app.post('/_sandbox/deposits', (request, reply) => moveMoney(request, reply, deposit, 'WAITING_FOR_DEPOSIT'));

  app.post('/_sandbox/deposit-reversals', (request, reply) => moveMoney(request, reply, takeBackDeposit, 'DONE'));

  /** The notice leaves after the commit, beside the answer: a merchant who is down cannot undo a deposit. */
  function moveMoney(request: FastifyRequest, reply: FastifyReply, move: typeof deposit, before: string) {
    const fields = depositSchema.safeParse(parseJson(request.body));
    if (!fields.success) {
      return refuse(reply, 400, 'deposit refused: the body is {"orderId": "...", "webhookCopies"?, "webhookStale"?}');
    }
    const { orderId, ...knobs } = fields.data;
    const result = inTransaction(provider.database, () => move(provider, orderId));
    if (result.kind === 'refused') {
      return refuse(reply, result.reason === 'no such order' ? 404 : 409, `deposit refused: ${result.reason}`);
    }
    const notice = noticeOf(result.payment, provider.now());
    provider.webhooks.send(distortNotices(notice, before, { ...provider.faults, ...knobs }));
    return reply.send(result.payment);
  }
}

function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ code: 'SANDBOX_REQUEST_REFUSED', message });
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    // Not JSON is refused by the schema like any other wrong body.
    return undefined;
  }
}
