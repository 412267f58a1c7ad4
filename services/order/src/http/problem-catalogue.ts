import type { RefusalCode } from '../domain/refusal.ts';
import type { CancelRefusal } from '../workflow/carry-out-cancellation.ts';
import type { ChargeRefusal } from '../workflow/charge-outcome.ts';
import type { Language } from './language.ts';

/** Problems of HTTP itself, beside those of the order flow. */
type HttpCode =
  | 'validation_failed'
  | 'json_malformed'
  | 'request_malformed'
  | 'request_timeout'
  | 'headers_too_large'
  | 'body_too_large'
  | 'media_type_unsupported'
  | 'route_not_found'
  | 'method_not_allowed'
  | 'service_stopping'
  | 'internal_error';

/** Every code a problem can carry. */
export type ProblemCode = RefusalCode | ChargeRefusal | CancelRefusal | HttpCode | 'payment_declined';

interface Problem {
  readonly status: number;
  readonly title: Record<Language, string>;
  readonly detail: Record<Language, string>;
}

const problem = (status: number, title: readonly [string, string], detail: readonly [string, string]): Problem => ({
  status,
  title: { en: title[0], ko: title[1] },
  detail: { en: detail[0], ko: detail[1] },
});

/** The one list of problems: code → status, and what people read in English and in Korean. */
export const PROBLEMS = {
  validation_failed: problem(
    400,
    ['Request not valid', '잘못된 요청'],
    ['The request does not have the expected form; see errors.', '요청 형식이 올바르지 않습니다. errors를 확인하세요.'],
  ),
  json_malformed: problem(
    400,
    ['JSON not readable', 'JSON 형식 오류'],
    ['The body is not acceptable JSON.', '본문이 올바른 JSON이 아닙니다.'],
  ),
  request_malformed: problem(
    400,
    ['Request not readable', '읽을 수 없는 요청'],
    ['The request is not acceptable HTTP.', '올바른 HTTP 요청이 아닙니다.'],
  ),
  cursor_invalid: problem(
    400,
    ['Cursor not valid', '잘못된 커서'],
    ['The cursor is not one that an earlier page gave.', '이전 페이지에서 받은 커서가 아닙니다.'],
  ),
  idempotency_key_invalid: problem(
    400,
    ['Idempotency-Key not valid', '잘못된 멱등키'],
    [
      'Idempotency-Key must be 1 to 255 printable ASCII characters, quoted or not.',
      'Idempotency-Key는 1~255자의 출력 가능한 ASCII 문자여야 합니다.',
    ],
  ),
  token_missing: problem(
    401,
    ['Not authenticated', '인증 필요'],
    [
      'An access token is needed: Authorization: Bearer <token>.',
      '액세스 토큰이 필요합니다: Authorization: Bearer <token>.',
    ],
  ),
  token_invalid: problem(
    401,
    ['Access token not valid', '유효하지 않은 액세스 토큰'],
    ['The access token is not valid. Log in again.', '액세스 토큰이 유효하지 않습니다. 다시 로그인하세요.'],
  ),
  token_expired: problem(
    401,
    ['Access token expired', '만료된 액세스 토큰'],
    [
      'The access token has expired. Refresh it or log in again.',
      '액세스 토큰이 만료되었습니다. 갱신하거나 다시 로그인하세요.',
    ],
  ),
  token_revoked: problem(
    401,
    ['Access token revoked', '폐기된 액세스 토큰'],
    ['The access token was revoked. Log in again.', '액세스 토큰이 폐기되었습니다. 다시 로그인하세요.'],
  ),
  credentials_invalid: problem(
    401,
    ['Login failed', '로그인 실패'],
    ['The e-mail address or the password is wrong.', '이메일 또는 비밀번호가 올바르지 않습니다.'],
  ),
  refresh_token_invalid: problem(
    401,
    ['Refresh token not valid', '유효하지 않은 갱신 토큰'],
    ['The refresh token is not valid. Log in again.', '갱신 토큰이 유효하지 않습니다. 다시 로그인하세요.'],
  ),
  refresh_token_expired: problem(
    401,
    ['Refresh token expired', '만료된 갱신 토큰'],
    ['The refresh token has expired. Log in again.', '갱신 토큰이 만료되었습니다. 다시 로그인하세요.'],
  ),
  refresh_token_reused: problem(
    401,
    ['Refresh token used twice', '이미 사용된 갱신 토큰'],
    [
      'The refresh token was used before, so every token that came of that login is revoked. Log in again.',
      '이미 사용된 갱신 토큰이어서 해당 로그인의 모든 토큰이 폐기되었습니다. 다시 로그인하세요.',
    ],
  ),
  payment_declined: problem(
    402,
    ['Payment declined', '결제 거절'],
    [
      'The payment was declined and nothing was charged. The order is kept; pay it again at POST /order/{orderId}/payment.',
      '결제가 거절되었으며 청구되지 않았습니다. 주문은 보관되어 있으니 POST /order/{orderId}/payment 로 다시 결제할 수 있습니다.',
    ],
  ),
  webhook_not_verified: problem(
    403,
    ['Notice not verified', '검증되지 않은 알림'],
    [
      'The secret is not the one of this payment; nothing was changed.',
      '해당 결제의 secret과 일치하지 않아 반영하지 않았습니다.',
    ],
  ),
  order_not_found: problem(
    404,
    ['Order not found', '주문 없음'],
    ['There is no such order among yours.', '해당 주문을 찾을 수 없습니다.'],
  ),
  payment_not_found: problem(
    404,
    ['Payment not found', '결제 없음'],
    ['There is no payment of that order.', '해당 주문의 결제를 찾을 수 없습니다.'],
  ),
  route_not_found: problem(
    404,
    ['Not found', '찾을 수 없음'],
    ['There is nothing at this address.', '해당 주소에 리소스가 없습니다.'],
  ),
  method_not_allowed: problem(
    405,
    ['Method not allowed', '허용되지 않는 메서드'],
    [
      'This address does not take that method; see Allow.',
      '이 주소에서 허용되지 않는 메서드입니다. Allow를 확인하세요.',
    ],
  ),
  request_timeout: problem(
    408,
    ['Request too slow', '요청 시간 초과'],
    ['The request did not arrive in time.', '요청이 제한 시간 안에 도착하지 않았습니다.'],
  ),
  email_taken: problem(
    409,
    ['Address taken', '이미 사용 중인 이메일'],
    ['An account with this e-mail address exists.', '이미 가입된 이메일입니다.'],
  ),
  order_not_payable: problem(
    409,
    ['Order not payable', '결제할 수 없는 주문'],
    [
      'Only an order whose payment failed can be paid again; see orderStatus.',
      '결제에 실패한 주문만 다시 결제할 수 있습니다. orderStatus를 확인하세요.',
    ],
  ),
  order_payment_pending: problem(
    409,
    ['Payment still undecided', '결제 결과 확인 중'],
    [
      'Whether the order was paid is not known yet; try again when it is.',
      '결제 결과를 확인하고 있습니다. 결과가 확정된 뒤 다시 시도하세요.',
    ],
  ),
  order_not_cancelable: problem(
    409,
    ['Order not cancelable', '취소할 수 없는 주문'],
    [
      'The payment can no longer be given back; the order stays as it is.',
      '결제를 더 이상 취소할 수 없습니다. 주문은 그대로 유지됩니다.',
    ],
  ),
  idempotency_in_progress: problem(
    409,
    ['Request still running', '처리 중인 요청'],
    [
      'A request with this Idempotency-Key is still being carried out; send it again in a moment.',
      '같은 Idempotency-Key의 요청을 처리하고 있습니다. 잠시 후 다시 보내세요.',
    ],
  ),
  payment_abandoned: problem(
    409,
    ['Payment given up', '중단된 결제'],
    [
      'This payment attempt had been given up before it started and nothing was charged. The order can be paid again.',
      '이 결제 시도는 시작 전에 중단되었으며 청구되지 않았습니다. 다시 결제할 수 있습니다.',
    ],
  ),
  body_too_large: problem(
    413,
    ['Body too large', '너무 큰 본문'],
    ['The body is larger than 64 KiB.', '본문이 64 KiB를 초과합니다.'],
  ),
  media_type_unsupported: problem(
    415,
    ['Media type not supported', '지원하지 않는 미디어 타입'],
    ['The body must be application/json.', '본문은 application/json 이어야 합니다.'],
  ),
  product_not_found: problem(
    422,
    ['Product not found', '상품 없음'],
    ['Some of the products do not exist; see missing.', '존재하지 않는 상품이 있습니다. missing을 확인하세요.'],
  ),
  amount_mismatch: problem(
    422,
    ['Amount does not match', '금액 불일치'],
    [
      'payment.amount is not the sum of the prices; see totalAmount.',
      'payment.amount가 상품 가격의 합과 다릅니다. totalAmount를 확인하세요.',
    ],
  ),
  card_invalid: problem(
    422,
    ['Card not acceptable', '사용할 수 없는 카드 정보'],
    [
      'Payment details were refused before any charge; see errors. The order is kept and can be paid again.',
      '결제 정보가 청구 전에 거부되었습니다. errors를 확인하세요. 주문은 보관되어 있으며 다시 결제할 수 있습니다.',
    ],
  ),
  payment_method_unsupported: problem(
    422,
    ['Payment method not supported', '지원하지 않는 결제 수단'],
    [
      'This payment method is not available and nothing was charged. The order is kept and can be paid another way.',
      '사용할 수 없는 결제 수단이며 청구되지 않았습니다. 주문은 보관되어 있으니 다른 수단으로 결제할 수 있습니다.',
    ],
  ),
  idempotency_key_reused: problem(
    422,
    ['Idempotency-Key reused', '재사용된 멱등키'],
    [
      'This Idempotency-Key was used for another request; use a new one.',
      '다른 요청에 사용된 Idempotency-Key입니다. 새 키를 사용하세요.',
    ],
  ),
  too_many_attempts: problem(
    429,
    ['Too many attempts', '시도 횟수 초과'],
    [
      'Too many attempts for this account or from this address; try again after Retry-After.',
      '이 계정 또는 주소에서 시도 횟수를 초과했습니다. Retry-After 이후 다시 시도하세요.',
    ],
  ),
  rate_limited: problem(
    429,
    ['Too many requests', '요청 과다'],
    ['Too many requests; try again later.', '요청이 너무 많습니다. 잠시 후 다시 시도하세요.'],
  ),
  declines_exceeded: problem(
    429,
    ['Too many declined payments', '결제 거절 과다'],
    [
      'Too many payments were declined in a row; try again later.',
      '결제가 여러 번 거절되었습니다. 잠시 후 다시 시도하세요.',
    ],
  ),
  headers_too_large: problem(
    431,
    ['Headers too large', '너무 큰 헤더'],
    ['The request headers are larger than 16 KiB.', '요청 헤더가 16 KiB를 초과합니다.'],
  ),
  internal_error: problem(
    500,
    ['Internal error', '내부 오류'],
    [
      'Something went wrong here; quote requestId when you report it.',
      '내부 오류가 발생했습니다. 문의 시 requestId를 알려 주세요.',
    ],
  ),
  dependency_failed: problem(
    502,
    ['A service answered wrongly', '내부 서비스 응답 오류'],
    ['A service this request needs gave no usable answer.', '필요한 서비스가 올바르게 응답하지 않았습니다.'],
  ),
  payment_provider_error: problem(
    502,
    ['Payment provider unavailable', '결제사 오류'],
    [
      'The payment provider did not accept our request; nothing was charged and your card was not declined. The order is kept.',
      '결제사가 요청을 처리하지 못했으며 청구되지 않았습니다. 카드가 거절된 것은 아닙니다. 주문은 보관되어 있습니다.',
    ],
  ),
  dependency_unavailable: problem(
    503,
    ['A service is unavailable', '서비스 이용 불가'],
    [
      'A service this request needs cannot be reached; nothing was charged.',
      '필요한 서비스에 연결할 수 없습니다. 청구되지 않았습니다.',
    ],
  ),
  overloaded: problem(
    503,
    ['Overloaded', '과부하'],
    [
      'This server has too much to do; nothing was done. Try again in a moment.',
      '서버가 과부하 상태라 요청을 처리하지 않았습니다. 잠시 후 다시 시도하세요.',
    ],
  ),
  service_stopping: problem(
    503,
    ['Stopping', '종료 중'],
    ['This server is stopping; send the request again.', '서버가 종료 중입니다. 다시 요청하세요.'],
  ),
  dependency_timeout: problem(
    504,
    ['A service did not answer in time', '서비스 응답 시간 초과'],
    [
      'A service this request needs did not answer in time; nothing was charged.',
      '필요한 서비스가 제시간에 응답하지 않았습니다. 청구되지 않았습니다.',
    ],
  ),
} as const satisfies Record<ProblemCode, Problem>;

/** What `type` names a code as; stable, and not meant to be fetched. */
export const problemType = (code: ProblemCode): string => `urn:problem-type:shop:${code}`;
