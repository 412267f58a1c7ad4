import { ERROR_TABLE, type ErrorCode } from './error-table.ts';

/** The languages the provider words its messages in; Korean unless `Accept-Language` starts with English. */
export type Language = 'ko' | 'en';

/** The body of every refusal. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
}

/** A refusal with one of the provider's documented codes; nothing has been written when it is thrown. */
export class ProviderError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(`the provider refuses the request with ${code}`);
    this.name = 'ProviderError';
    this.code = code;
  }
}

/** Tells whether the text is a code of the documented error tables. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, text);
}

/** The documented HTTP status of a code. */
export function statusOf(code: ErrorCode): number {
  return ERROR_TABLE[code][0];
}

/** The body the provider sends for a code. */
export function errorBody(code: ErrorCode, language: Language): ErrorBody {
  const [, korean, english] = ERROR_TABLE[code];
  return { code, message: language === 'en' ? english : korean };
}

/** Picks the language of messages from an `Accept-Language` header. */
export function languageOf(acceptLanguage: string | undefined): Language {
  return acceptLanguage?.trim().toLowerCase().startsWith('en') ? 'en' : 'ko';
}
