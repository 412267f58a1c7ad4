/** The order that the ready table offers to paste: two products of the demo catalogue, 1000 + 2000 won. */
export const SEED_ORDER = {
  productIds: ['8cc28226-076e-4472-8b08-4e5c2b51ebc5', '39a9fe98-091a-4dba-a314-195fea19f48c'],
  address: {
    name: '홍길동',
    street: '세종대로 110',
    city: '서울',
    postalCode: '04524',
    country: '대한민국',
  },
  payment: {
    paymentMethod: 'CreditCard',
    paymentName: '홍길동',
    cardNumber: '123123',
    expiryYear: '26',
    expiryMonth: '12',
    birthOrRegistration: '9',
    passwordTwoDigits: '12',
    amount: 3000,
  },
} as const;
