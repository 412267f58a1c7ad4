import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { KIM } from './support/peers.ts';
import { SEED_REQUEST, send, TOKEN } from './support/requests.ts';
import { startShop } from './support/shop.ts';

const shop = await startShop();

test('a problem has its members, in English unless Korean is preferred', async () => {
  const languages: [string | undefined, string, string][] = [
    [undefined, 'en', 'There is no such order among yours.'],
    ['ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7', 'ko', '해당 주문을 찾을 수 없습니다.'],
    ['en;q=0.5, ko;q=0.4', 'en', 'There is no such order among yours.'],
    ['fr, de', 'en', 'There is no such order among yours.'],
  ];
  const path = '/order/0193c0de-0000-7000-8000-000000000000';
  for (const [accepted, language, detail] of languages) {
    const headers = { ...TOKEN, 'x-request-id': 'my-request.1', ...(accepted && { 'accept-language': accepted }) };
    const answer = await send(`${shop.url}${path}?x`.replace('?x', ''), 'GET', undefined, headers);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    assert.equal(answer.headers.get('content-language'), language);
    assert.equal(answer.headers.get('vary'), 'Accept-Language');
    const { title, ...rest } = answer.body;
    assert.equal(typeof title, 'string');
    assert.deepEqual(rest, {
      type: 'urn:problem-type:shop:order_not_found',
      status: 404,
      detail,
      instance: path,
      code: 'order_not_found',
      requestId: 'my-request.1',
    });
  }
});

test('what is wrong with a field is said in Korean too', async () => {
  const answer = await send(`${shop.url}/order`, 'POST', {}, { ...TOKEN, 'accept-language': 'ko' });
  assert.deepEqual((answer.body.errors as unknown[])[0], { pointer: '/productIds', message: '필수 항목입니다' });
});

test('a request id is taken when it is harmless and replaced when not', async () => {
  const id = async (given: string) =>
    (await send(`${shop.url}/health/live`, 'GET', undefined, { 'x-request-id': given })).headers.get('x-request-id');
  assert.equal(await id('abc_DEF-1.2'), 'abc_DEF-1.2');
  for (const bad of ['a b', 'x'.repeat(65), 'a{}', 'id;drop']) assert.match(String(await id(bad)), /^[0-9a-f-]{36}$/);
});

test('every reply carries the security headers and no version', async () => {
  for (const path of ['/health/live', '/order', '/nowhere', '/products', '/%E0%A4%A']) {
    const { headers } = await send(`${shop.url}${path}`, 'GET', undefined, {});
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.equal(headers.get('cache-control'), 'no-store', path);
    assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'", path);
    assert.ok(headers.get('x-request-id'), path);
    for (const name of ['server', 'x-powered-by', 'access-control-allow-origin']) assert.equal(headers.get(name), null);
  }
});

test('a known address with another method is 405 and says which', async () => {
  const cases: [string, string, string][] = [
    ['DELETE', '/order', 'GET, HEAD, POST'],
    ['PUT', '/order/0193c0de-0000-7000-8000-000000000000', 'GET, HEAD'],
    ['GET', '/order/0193c0de-0000-7000-8000-000000000000/payment', 'POST'],
    ['OPTIONS', '/products', 'GET, HEAD'],
    ['GET', '/auth/login', 'POST'],
    ['PATCH', '/health/ready', 'GET, HEAD'],
  ];
  for (const [method, path, allow] of cases) {
    const answer = await send(`${shop.url}${path}`, method, undefined, {});
    assert.deepEqual(
      [answer.status, answer.body.code, answer.headers.get('allow')],
      [405, 'method_not_allowed', allow],
    );
  }
});

test('an unknown address is a 404 problem', async () => {
  for (const path of ['/', '/orders', '/order/a/b', '/docs/../etc/passwd', `/order/${'a'.repeat(200)}`]) {
    const answer = await send(`${shop.url}${path}`, 'GET');
    assert.equal(answer.status, 404, path);
    assert.match(String(answer.headers.get('content-type')), /^application\/problem\+json/);
  }
});

test('bytes that are no request get a problem, and a cut header too', async () => {
  const { port } = new URL(shop.url);
  const say = async (bytes: string): Promise<string> => {
    const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
    let heard = '';
    socket.on('data', (text) => {
      heard += text;
    });
    socket.write(bytes);
    await once(socket, 'close');
    return heard;
  };
  assert.match(await say('NONSENSE\r\n\r\n'), /^HTTP\/1.1 400 .*application\/problem\+json.*request_malformed/s);
  const long = `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`;
  assert.match(await say(long), /^HTTP\/1.1 431 .*headers_too_large/s);
});

test('own orders are listed newest first, page by page, and nobody else sees them', async () => {
  const placed: unknown[] = [];
  for (let i = 0; i < 5; i += 1) placed.unshift((await send(`${shop.url}/order`, 'POST', SEED_REQUEST)).body.orderId);
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { status, body } = await send(`${shop.url}/order?limit=2${cursor ? `&cursor=${cursor}` : ''}`, 'GET');
    assert.equal(status, 200);
    seen.push(...(body.data as { orderId: string }[]).map(({ orderId }) => orderId));
    cursor = (body.page as { nextCursor?: string }).nextCursor;
  } while (cursor !== undefined);
  assert.deepEqual(seen, placed);

  const stranger = { authorization: 'Bearer token-of-kim' };
  assert.deepEqual((await send(`${shop.url}/order`, 'GET', undefined, stranger)).body, { data: [], page: {} });
  const foreign = await send(`${shop.url}/order/${placed[0]}`, 'GET', undefined, stranger);
  assert.deepEqual([foreign.status, foreign.body.code], [404, 'order_not_found']);
  assert.equal((await shop.database.orders.listOwn(KIM, { limit: 1 })).length, 0);
});

test('an id in upper case is the same order', async () => {
  const { body } = await send(`${shop.url}/order`, 'POST', SEED_REQUEST);
  assert.equal((await send(`${shop.url}/order/${String(body.orderId).toUpperCase()}`, 'GET')).status, 200);
});

test('a cursor that no page gave is 400', async () => {
  for (const cursor of ['nonsense', 'W10', 'bnVsbA', Buffer.from('[1e99,"x"]').toString('base64url')]) {
    const answer = await send(`${shop.url}/order?cursor=${cursor}`, 'GET');
    assert.deepEqual([answer.status, answer.body.code], [400, 'cursor_invalid'], cursor);
  }
  const answer = await send(`${shop.url}/products?cursor=nonsense`, 'GET', undefined, {});
  assert.deepEqual([answer.status, answer.body.code], [400, 'cursor_invalid']);
});

test('the catalogue is public and paged', async () => {
  const first = await send(`${shop.url}/products?limit=1`, 'GET', undefined, {});
  assert.equal(first.status, 200);
  assert.deepEqual(first.body.page, { nextCursor: 'next' });
  const all = await send(`${shop.url}/products`, 'GET', undefined, {});
  assert.equal((all.body.data as unknown[]).length, 2);
  assert.deepEqual(all.body.page, {});
});

test('accounts: each answer of user has its status', async () => {
  const auth = (route: string, body: object) => send(`${shop.url}/auth/${route}`, 'POST', body, {});
  const account = { email: 'new@example.com', password: 'a right password' };
  const cases: [string, object, number, string | undefined][] = [
    ['register', { ...account, name: '새 사람' }, 201, undefined],
    ['register', { ...account, email: 'user@example.com', name: '홍길동' }, 409, 'email_taken'],
    ['login', account, 200, undefined],
    ['login', { ...account, password: 'a wrong one' }, 401, 'credentials_invalid'],
    ['refresh', { refreshToken: 'refresh-of-hong' }, 200, undefined],
    ['refresh', { refreshToken: 'unheard-of' }, 401, 'refresh_token_invalid'],
    ['refresh', { refreshToken: 'too-old' }, 401, 'refresh_token_expired'],
    ['refresh', { refreshToken: 'used-before' }, 401, 'refresh_token_reused'],
    ['logout', { refreshToken: 'refresh-of-hong' }, 204, undefined],
  ];
  for (const [route, body, status, code] of cases) {
    const answer = await auth(route, body);
    assert.deepEqual([answer.status, answer.body.code], [status, code], route);
    if (status === 200 || status === 201) {
      assert.deepEqual(Object.keys(answer.body).sort(), ['accessToken', 'expiresIn', 'refreshToken', 'tokenType']);
    }
  }
});

test('too many attempts are 429 and say when the next makes sense', async () => {
  const body = { email: 'user@example.com', password: 'one of many' };
  const answer = await send(`${shop.url}/auth/login`, 'POST', body, {});
  assert.deepEqual([answer.status, answer.body.code], [429, 'too_many_attempts']);
  assert.equal(answer.headers.get('retry-after'), '60');
});

test('a client cannot say itself where it comes from', async () => {
  const body = { email: 'user@example.com', password: 'a right password', clientAddress: '203.0.113.7' };
  const answer = await send(`${shop.url}/auth/login`, 'POST', body, {});
  assert.deepEqual([answer.status, answer.body.code], [400, 'validation_failed']);
});

test('the log has one line for each request, with the route and without the address', async () => {
  shop.lines.length = 0;
  await send(`${shop.url}/order/secret-in-the-path?token=secret`, 'GET');
  const lines = shop.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request served');
  assert.equal(lines.length, 1);
  const { method, route, status, ms, requestId } = lines[0];
  assert.deepEqual([method, route, status], ['GET', '/order/:orderId', 404]);
  assert.equal(typeof ms, 'number');
  assert.equal(typeof requestId, 'string');
  assert.doesNotMatch(shop.lines.join(''), /secret|token-of-hong/);
});
