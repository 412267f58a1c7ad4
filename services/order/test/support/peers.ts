import { type Payment, paymentContract, productContract, userContract } from '@shop/contracts';
import { createServer, type Handlers, type Server, type ServerContext } from 'cmdrpc';
import { uuidv7 } from 'uuidv7';

export const HONG = '5f0c7a52-0c1d-4d50-9f0e-0d3c4d6f7a01';
export const KIM = '5f0c7a52-0c1d-4d50-9f0e-0d3c4d6f7a02';
export const CABLE = '8cc28226-076e-4472-8b08-4e5c2b51ebc5';
export const PAD = '39a9fe98-091a-4dba-a314-195fea19f48c';

const ACCOUNTS: Record<string, { readonly id: string; readonly email: string; readonly name: string }> = {
  'token-of-hong': { id: HONG, email: 'user@example.com', name: '홍길동' },
  'token-of-kim': { id: KIM, email: 'kim@example.com', name: '김철수' },
};

const CATALOGUE = [
  { id: CABLE, name: 'USB-C 케이블', price: 1_000 },
  { id: PAD, name: '마우스 패드', price: 2_000 },
];

type UserHandlers = Handlers<typeof userContract.commands>;
type ProductHandlers = Handlers<typeof productContract.commands>;
type PaymentHandlers = Handlers<typeof paymentContract.commands>;
export type MakePayment = PaymentHandlers['make_payment'];
type MakePaymentInput = Parameters<MakePayment>[0];

/** One call as a peer saw it. */
export interface Seen {
  readonly cmd: string;
  readonly correlationId: string;
  readonly atMs: number;
  readonly remainingMs: number;
}

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

const listening = async (server: Server, port = 0): Promise<Listening> => {
  const address = await server.listen({ host: '127.0.0.1', port });
  if (!('port' in address)) throw new Error('a TCP port was asked for');
  return { port: address.port, close: async () => void (await server.close({ drainMs: 0 })) };
};

const record = (seen: Seen[], ctx: ServerContext): void => {
  seen.push({
    cmd: ctx.cmd,
    correlationId: ctx.correlationId,
    atMs: performance.now(),
    remainingMs: ctx.remainingMs(),
  });
};

/** User, with two accounts and tokens that say what they are. */
export const startUser = async (port = 0) => {
  const seen: Seen[] = [];
  const script = { beforeAnswer: async (): Promise<void> => undefined, saysEmail: true };
  const server = createServer({ name: 'user' });
  const tokens = {
    accessToken: 'token-of-hong',
    refreshToken: 'refresh-of-hong',
    tokenType: 'Bearer' as const,
    expiresIn: 900,
  };
  const handlers: UserHandlers = {
    parse_bearer_token: async ({ token }, ctx) => {
      record(seen, ctx);
      await script.beforeAnswer();
      const account = ACCOUNTS[token];
      if (account !== undefined) {
        return { sub: account.id, ...(script.saysEmail ? { email: account.email } : {}), exp: 4_000_000_000 };
      }
      if (token === 'token-of-nobody') return { sub: '5f0c7a52-0c1d-4d50-9f0e-0d3c4d6f7a09', exp: 4_000_000_000 };
      if (token === 'expired-token') throw ctx.errors.token_expired({});
      if (token === 'revoked-token') throw ctx.errors.token_revoked({});
      throw ctx.errors.token_invalid({});
    },
    get_user_info: ({ userId }, ctx) => {
      record(seen, ctx);
      const account = Object.values(ACCOUNTS).find(({ id }) => id === userId);
      if (account === undefined) throw ctx.errors.user_not_found({});
      return account;
    },
    register: ({ email }, ctx) => {
      if (email === 'user@example.com') throw ctx.errors.email_taken({});
      return tokens;
    },
    login: ({ password, clientAddress }, ctx) => {
      if (password === 'one of many') throw ctx.errors.too_many_attempts({ retryAfterMs: 59_001 });
      if (clientAddress === undefined) throw new Error('a login without the address it came from');
      if (password !== 'a right password') throw ctx.errors.credentials_invalid({});
      return tokens;
    },
    refresh_token: ({ refreshToken }, ctx) => {
      if (refreshToken === 'used-before') throw ctx.errors.refresh_token_reused({});
      if (refreshToken === 'too-old') throw ctx.errors.refresh_token_expired({});
      if (refreshToken !== 'refresh-of-hong') throw ctx.errors.refresh_token_invalid({});
      return tokens;
    },
    logout: () => ({ loggedOut: true as const }),
  };
  server.implement(userContract, handlers);
  return { ...(await listening(server, port)), seen, script };
};

/** Product, with the two products of the demonstration. */
export const startProduct = async (port = 0) => {
  const seen: Seen[] = [];
  const script = { beforeAnswer: async (): Promise<void> => undefined, wrongOrder: false };
  const server = createServer({ name: 'product' });
  const handlers: ProductHandlers = {
    get_products_info: async ({ productIds }, ctx) => {
      record(seen, ctx);
      await script.beforeAnswer();
      const missing = productIds.filter((id) => !CATALOGUE.some((entry) => entry.id === id));
      if (missing.length > 0) throw ctx.errors.product_not_found({ missing: [...new Set(missing)] });
      const found = productIds.flatMap((id) => CATALOGUE.filter((entry) => entry.id === id));
      return script.wrongOrder ? found.reverse() : found;
    },
    list_products: ({ cursor, limit }, ctx) => {
      if (cursor !== undefined && cursor !== 'next') throw ctx.errors.cursor_invalid({});
      const products = cursor === undefined ? CATALOGUE.slice(0, limit) : CATALOGUE.slice(1);
      return limit === 1 && cursor === undefined ? { products, nextCursor: 'next' } : { products };
    },
  };
  server.implement(productContract, handlers);
  return { ...(await listening(server, port)), seen, script };
};

/** Answers of Payment, by name. */
export const answerWith =
  (paymentStatus: Payment['paymentStatus'], reason?: string): MakePayment =>
  ({ orderId, attempt }) => ({ paymentId: uuidv7(), orderId, attempt, paymentStatus, reason });

/** What Payment answers; a test puts its own in place. */
export interface PaymentScript {
  makePayment: MakePayment;
  abandonAttempt: PaymentHandlers['abandon_attempt'];
  getPayment: PaymentHandlers['get_payment'];
  cancelPayment: PaymentHandlers['cancel_payment'];
  confirmDeposit: PaymentHandlers['confirm_deposit'];
}

/** Payment, doing what the script says and writing down whatever was asked of it. */
export const startPayment = async (port = 0) => {
  const seen: Seen[] = [];
  const asked: MakePaymentInput[] = [];
  const abandoned: { readonly orderId: string; readonly attempt: number }[] = [];
  const lookedUp: Parameters<PaymentScript['getPayment']>[0][] = [];
  const refunds: Parameters<PaymentScript['cancelPayment']>[0][] = [];
  const notices: Parameters<PaymentScript['confirmDeposit']>[0][] = [];
  const canceled: PaymentHandlers['abandon_attempt'] = ({ orderId, attempt }) => ({
    paymentId: uuidv7(),
    orderId,
    attempt,
    paymentStatus: 'Canceled',
  });
  const script: PaymentScript = {
    makePayment: answerWith('Approved'),
    abandonAttempt: canceled,
    getPayment: (_input, ctx) => {
      throw ctx.errors.payment_not_found({});
    },
    cancelPayment: ({ orderId, attempt }) => ({ paymentId: uuidv7(), orderId, attempt, paymentStatus: 'Canceled' }),
    confirmDeposit: (_input, ctx) => {
      throw ctx.errors.payment_not_found({});
    },
  };
  const server = createServer({ name: 'payment' });
  const handlers: PaymentHandlers = {
    make_payment: (input, ctx) => {
      record(seen, ctx);
      asked.push(input);
      return script.makePayment(input, ctx);
    },
    get_payment: (input, ctx) => {
      lookedUp.push(input);
      return script.getPayment(input, ctx);
    },
    abandon_attempt: (input, ctx) => {
      abandoned.push(input);
      return script.abandonAttempt(input, ctx);
    },
    cancel_payment: (input, ctx) => {
      refunds.push(input);
      return script.cancelPayment(input, ctx);
    },
    confirm_deposit: (input, ctx) => {
      notices.push(input);
      return script.confirmDeposit(input, ctx);
    },
  };
  server.implement(paymentContract, handlers);
  return { ...(await listening(server, port)), seen, asked, abandoned, lookedUp, refunds, notices, script };
};
