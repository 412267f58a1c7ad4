export { address, type Order, type OrderStatus, order, orderContract, orderStatus } from './order.ts';
export {
  attempt,
  cardFields,
  makePaymentInput,
  type Payment,
  type PaymentMethod,
  type PaymentStatus,
  payment,
  paymentContract,
  paymentMethod,
  paymentStatus,
  virtualAccount,
} from './payment.ts';
export { product, productContract, productIds } from './product.ts';
export { won } from './shared/money.ts';
export { cursor, pageLimit } from './shared/paging.ts';
export { credentials, refreshTokenInput, registration, tokens, userContract, userInfo } from './user.ts';
