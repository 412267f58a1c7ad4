import { MAX_EMAIL_LENGTH } from './charge-body.ts';
import type { AccountRequest } from './provider.ts';

/** The body of `POST /v1/virtual-accounts`. */
export function accountBody(
  request: AccountRequest,
  issued: { readonly bank: string; readonly depositHours: number },
): string {
  return JSON.stringify({
    amount: request.amount,
    orderId: request.providerOrderId,
    orderName: request.orderName,
    customerName: request.customerName,
    bank: issued.bank,
    validHours: issued.depositHours,
    ...(request.customerEmail.length > MAX_EMAIL_LENGTH ? {} : { customerEmail: request.customerEmail }),
  });
}
