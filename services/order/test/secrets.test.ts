import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuidv7 } from 'uuidv7';
import { answerWith, type MakePayment } from './support/peers.ts';
import { SEED_REQUEST, send, TOKEN } from './support/requests.ts';
import { startShop } from './support/shop.ts';

/** Values that occur nowhere else, so that finding one is finding a leak. */
const CARD = '4929777788886543';
const IDENTITY = '7301029876';
const PASSWORD_DIGITS = '97';

const body = {
  ...SEED_REQUEST,
  payment: {
    ...SEED_REQUEST.payment,
    cardNumber: CARD,
    birthOrRegistration: IDENTITY,
    passwordTwoDigits: PASSWORD_DIGITS,
  },
};

test('of a card nothing but its last four digits is on disk, in a log or in an answer', async () => {
  const shop = await startShop({ paymentMs: 300, abandonMs: 200 });
  const outcomes: MakePayment[] = [
    answerWith('Approved'),
    answerWith('Rejected', 'REJECT_CARD_PAYMENT'),
    answerWith('Pending'),
    (_input, ctx) => {
      throw ctx.errors.card_invalid({ fields: ['cardNumber'] });
    },
    (input) => {
      throw new Error(`unforeseen with ${input.cardNumber}`);
    },
    () => new Promise(() => undefined),
  ];
  const answers: unknown[] = [];
  for (const outcome of outcomes) {
    shop.payment.script.makePayment = outcome;
    // With a key, so that what is kept of the request and its answer is looked through as well.
    answers.push(await send(`${shop.url}/order`, 'POST', body, { ...TOKEN, 'idempotency-key': uuidv7() }));
  }
  answers.push(await send(`${shop.url}/order`, 'POST', { ...body, payment: { ...body.payment, amount: 1 } }));
  answers.push(await send(`${shop.url}/order`, 'POST', { ...body, extra: CARD }));
  answers.push(await send(`${shop.url}/order`, 'POST', `${JSON.stringify(body)}}`));
  answers.push(await send(`${shop.url}/order`, 'POST', body, { authorization: 'Bearer forged' }));
  await shop.wires.payment.cut();
  answers.push(await send(`${shop.url}/order`, 'POST', body));

  const places = {
    logs: shop.lines.join(''),
    answers: JSON.stringify(answers),
    metrics: await shop.metrics.registry.metrics(),
    disk: shop.database.isEmbedded ? (await shop.database.bytes()).toString('latin1') : '',
  };
  assert.match(places.logs, /payment outcome unknown/, 'the runs were logged');
  if (shop.database.isEmbedded) assert.match(places.disk, /6543/, 'the orders are on disk');
  for (const [place, text] of Object.entries(places)) {
    assert.ok(!text.includes(CARD), `the card number is in the ${place}`);
    assert.ok(!text.includes(CARD.slice(0, 12)), `the card number's beginning is in the ${place}`);
    assert.ok(!text.includes(IDENTITY), `the identity is in the ${place}`);
    assert.ok(!text.includes('token-of-hong'), `the token is in the ${place}`);
  }
});
