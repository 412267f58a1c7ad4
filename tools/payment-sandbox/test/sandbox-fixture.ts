import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_SECRET_KEY, type SandboxOptions, startSandbox } from '../src/index.ts';
import type { Charge } from '../src/ledger.ts';
import type { Payment } from '../src/payment.ts';

const PATIENCE_MS = 10_000;
const POLL_MS = 10;

/** What a route answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Partial<Payment> & { readonly code?: string; readonly message?: string };
}

/** A caller of one running sandbox, with the right key unless a header says otherwise. */
export interface Caller {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  keyIn(change?: object, headers?: Record<string, string>): Promise<Answer>;
  setFaults(faults: unknown): Promise<Answer>;
  ledger(): Promise<Charge[]>;
}

export function basicAuth(secretKey: string): string {
  return `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`;
}

/** The seed request, as the payment service sends it. */
export const SEED = {
  amount: 3_000,
  orderId: 'order-000001',
  orderName: 'USB-C 케이블 외 1건',
  cardNumber: '123123',
  cardExpirationYear: '26',
  cardExpirationMonth: '12',
  customerIdentityNumber: '9',
  cardPassword: '12',
  customerName: '홍길동',
};

export function callerOf(url: string, secretKey = DEFAULT_SECRET_KEY): Caller {
  async function call(method: string, path: string, body: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: basicAuth(secretKey),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return { status: response.status, text, body: isJson ? JSON.parse(text) : {} };
  }
  return {
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    keyIn: (change, headers) => call('POST', '/v1/payments/key-in', { ...SEED, ...change }, headers),
    setFaults: (faults) => call('PUT', '/_sandbox/faults', faults),
    ledger: async () => JSON.parse((await call('GET', '/_sandbox/ledger', undefined)).text),
  };
}

/** A folder that goes away with the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'payment-sandbox-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a sandbox of its own for a test; it stops with it. */
export async function runSandbox(t: TestContext, options: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox({
    port: 0,
    host: '127.0.0.1',
    databasePath: options.databasePath ?? join(temporaryFolder(t), 'ledger.sqlite'),
    secretKey: DEFAULT_SECRET_KEY,
    ...options,
  });
  t.after(() => sandbox.close());
  return { ...callerOf(sandbox.url, options.secretKey), url: sandbox.url, close: () => sandbox.close() };
}

/** Asks again until the condition holds; fails after 10 s. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, `waited ${PATIENCE_MS} ms for ${what}`);
    await sleep(POLL_MS);
  }
}
