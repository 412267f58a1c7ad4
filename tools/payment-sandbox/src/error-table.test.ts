import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_TABLE } from './error-table.ts';
import { errorBody, isErrorCode, languageOf, statusOf } from './provider-error.ts';

// The key-in table of the provider's documentation.
const KEY_IN_CODES: Record<number, string> = {
  400: `INVALID_CARD_EXPIRATION INVALID_CARD_NUMBER INVALID_CARD_PASSWORD INVALID_CARD_IDENTITY INVALID_STOPPED_CARD
    INVALID_REJECT_CARD INVALID_BIRTH_DAY_FORMAT NOT_SUPPORTED_CARD_TYPE NOT_REGISTERED_CARD_COMPANY INVALID_REQUEST
    NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN INVALID_CARD_INSTALLMENT_PLAN NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT
    INVALID_EMAIL BELOW_MINIMUM_AMOUNT DUPLICATED_ORDER_ID INVALID_ORDER_ID NOT_ALLOWED_POINT_USE INVALID_REQUIRED_PARAM
    NOT_SUPPORTED_MONTHLY_INSTALLMENT_PLAN_BELOW_AMOUNT`,
  401: 'UNAUTHORIZED_KEY',
  403: 'REJECT_CARD_PAYMENT REJECT_CARD_COMPANY REJECT_ACCOUNT_PAYMENT EXCEED_MAX_AUTH_COUNT INCORRECT_BASIC_AUTH_FORMAT',
  500: `FAILED_INTERNAL_SYSTEM_PROCESSING FAILED_DB_PROCESSING FAILED_PAYMENT_INTERNAL_SYSTEM_PROCESSING
    FAILED_CARD_COMPANY_RESPONSE`,
};

test('every code of the key-in table has its documented status', () => {
  for (const [status, codes] of Object.entries(KEY_IN_CODES)) {
    for (const code of codes.split(/\s+/)) {
      assert.ok(isErrorCode(code), code);
      assert.equal(statusOf(code), Number(status), code);
    }
  }
});

test('every code has a message in both languages', () => {
  for (const code of Object.keys(ERROR_TABLE).filter(isErrorCode)) {
    assert.match(errorBody(code, 'ko').message, /[가-힣]/, code);
    assert.match(errorBody(code, 'en').message, /^[\x20-\x7e]+$/, code);
  }
  assert.equal(isErrorCode('toString'), false);
});

test('messages are Korean unless English is asked for', () => {
  assert.equal(languageOf(undefined), 'ko');
  assert.equal(languageOf('ko-KR,en;q=0.5'), 'ko');
  assert.equal(languageOf('en-US'), 'en');
});
