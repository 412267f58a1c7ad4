import type { CardCharge } from './provider.ts';

/** The provider refuses the whole request for a longer address, and takes it without one. */
export const MAX_EMAIL_LENGTH = 100;

/** The body of `POST /v1/payments/key-in`. It holds card data: it goes to the socket and nowhere else. */
export function chargeBody(charge: CardCharge): string {
  return JSON.stringify({
    amount: charge.amount,
    orderId: charge.providerOrderId,
    orderName: charge.orderName,
    cardNumber: charge.cardNumber,
    cardExpirationYear: charge.expiryYear,
    cardExpirationMonth: charge.expiryMonth.padStart(2, '0'),
    customerIdentityNumber: charge.birthOrRegistration,
    cardPassword: charge.passwordTwoDigits,
    customerName: charge.customerName,
    ...(charge.customerEmail.length > MAX_EMAIL_LENGTH ? {} : { customerEmail: charge.customerEmail }),
  });
}
