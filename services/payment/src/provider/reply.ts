import { z } from 'zod';

/** A time of the provider; one that names no offset is Korean. */
function instantOf(text: string, ctx: z.RefinementCtx): Date {
  const instant = new Date(/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}+09:00`);
  if (Number.isNaN(instant.getTime())) ctx.addIssue({ code: 'custom', message: 'is no time' });
  return instant;
}

// Lenient: the provider adds fields without a version bump, and what is only kept for the record may be absent.
const paymentReply = z.object({
  paymentKey: z.string().min(1).max(200),
  orderId: z.string(),
  status: z.string(),
  totalAmount: z.number(),
  balanceAmount: z.number().optional(),
  approvedAt: z.iso.datetime({ offset: true }).nullish().catch(null),
  card: z
    .object({
      approveNo: z.string().max(50).nullish().catch(null),
      issuerCode: z.string().max(50).nullish().catch(null),
    })
    .nullish()
    .catch(null),
  /** Comes back with every notice about the payment. */
  secret: z.string().min(1).max(200).nullish().catch(null),
  virtualAccount: z
    .object({
      accountNumber: z.string().min(1).max(50),
      bankCode: z.string().min(1).max(20),
      dueDate: z.string().max(40).transform(instantOf),
      expired: z.boolean().optional().catch(undefined),
    })
    .nullish()
    .catch(null),
  failure: z
    .object({ code: z.string().max(100) })
    .nullish()
    .catch(null),
});

/** What is read of the provider's Payment object. Amounts in won. */
export type PaymentReply = z.output<typeof paymentReply>;

const errorReply = z.object({ code: z.string().regex(/^[A-Z0-9_]{1,100}$/) });

/** The Payment object in a body; undefined when there is none. */
export const readPayment = (body: string): PaymentReply | undefined => paymentReply.safeParse(parseJson(body)).data;

/** The code of a refusal in a body; undefined when there is none. */
export const readErrorCode = (body: string): string | undefined => errorReply.safeParse(parseJson(body)).data?.code;

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // No JSON is an outcome like any other; the parser's message would quote the body.
    return undefined;
  }
}
