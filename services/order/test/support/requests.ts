import { CABLE, PAD } from './peers.ts';

/** The demonstration's own request, to the letter. */
export const SEED_REQUEST = {
  productIds: [CABLE, PAD],
  address: {
    name: '홍길동',
    street: '세종대로 110',
    city: '서울',
    postalCode: '04524',
    country: 'KR',
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
};

/** What an answer's body may hold; each test looks at what it is about. */
export interface Body {
  readonly [member: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export const TOKEN = { authorization: 'Bearer token-of-hong' };

/** Sends JSON over a real connection and reads the JSON that comes back. */
export const send = async (
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = TOKEN,
): Promise<Answer> => {
  const response = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  // The tests assert on every member they read.
  const parsed = text === '' ? {} : (JSON.parse(text) as Body);
  return { status: response.status, headers: response.headers, body: parsed };
};
