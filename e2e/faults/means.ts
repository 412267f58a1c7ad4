import { type CardKind, paymentWith } from './cards.ts';

/** How an order is paid: by a card that does something at the provider, or into an account that is issued for it. */
export type Means = CardKind | 'account';

/** Payment fields for these means. Amount in won. */
export const paymentBy = (means: Means, lastFour: number, amount: number) =>
  means === 'account'
    ? { paymentMethod: 'VirtualAccount', paymentName: '홍길동', amount }
    : paymentWith(means, lastFour, amount);
