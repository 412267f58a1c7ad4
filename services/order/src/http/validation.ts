import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import type { Language } from './language.ts';

/** One thing wrong with a request. Never holds what was sent: that may be a card number. */
export interface InvalidField {
  /** RFC 6901 pointer into the body, query or path. */
  readonly pointer: string;
  readonly message: Record<Language, string>;
}

/** A request that its schema refused. */
export class ValidationFailure extends Error {
  override readonly name = 'ValidationFailure';
  readonly fields: readonly InvalidField[];

  constructor(fields: readonly InvalidField[]) {
    super('request does not match its schema');
    this.fields = fields;
  }
}

/** Entries of `errors`; a body of 64 KiB can hold thousands of mistakes. */
const MAX_ERRORS = 50;

/** Checks a part of a request against its schema as it is: nothing is coerced, nothing unknown is let through. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema }) => {
  return (data) => {
    // With the input an absent value can be told from one of a wrong type. It goes no further than the pointers below.
    const result = schema.safeParse(data, { reportInput: true });
    if (result.success) return { value: result.data };
    const byPointer = new Map<string, InvalidField>();
    // The first complaint about a place is the one to mend; the rest follow from it more often than not.
    for (const field of result.error.issues.flatMap(fieldsOf)) {
      if (!byPointer.has(field.pointer)) byPointer.set(field.pointer, field);
    }
    return { error: new ValidationFailure([...byPointer.values()].slice(0, MAX_ERRORS)) };
  };
};

const fieldsOf = (issue: z.core.$ZodIssue): InvalidField[] => {
  const pointer = pointerOf(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ pointer, message: messageOf(issue) }];
  return issue.keys.map((key) => ({
    pointer: isSpeakable(key) ? `${pointer}/${escapeSegment(key)}` : pointer,
    message: { en: 'unknown property', ko: '알 수 없는 속성입니다' },
  }));
};

/** A property name that is repeated to the client; any other could carry a value in disguise. */
const isSpeakable = (key: string): boolean => /^[A-Za-z_$.-]{1,40}$/.test(key);

/** The pointer of a path, or the empty one of the whole. */
const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((segment) => `/${escapeSegment(String(segment))}`).join('');

const escapeSegment = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1');

const KOREAN_TYPES: Record<string, string> = {
  string: '문자열',
  number: '숫자',
  int: '정수',
  object: '객체',
  array: '배열',
};

const messageOf = (issue: z.core.$ZodIssue): Record<Language, string> => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return { en: 'is missing', ko: '필수 항목입니다' };
      return {
        en: `must be of type ${issue.expected === 'int' ? 'integer' : issue.expected}`,
        ko: `타입이 ${KOREAN_TYPES[issue.expected] ?? issue.expected}이어야 합니다`,
      };
    case 'too_small':
      return bounded('at least', '이상', issue.minimum, issue.origin);
    case 'too_big':
      return bounded('at most', '이하', issue.maximum, issue.origin);
    case 'invalid_value': {
      const values = issue.values.map(String).join(', ');
      return { en: `must be one of ${values}`, ko: `다음 중 하나여야 합니다: ${values}` };
    }
    case 'invalid_format':
      return issue.message === 'must be digits'
        ? { en: 'must be digits', ko: '숫자만 입력할 수 있습니다' }
        : { en: `must be a valid ${issue.format}`, ko: `올바른 ${issue.format} 형식이어야 합니다` };
    case 'custom':
      return isMessage(issue.params) ? issue.params : NOT_ACCEPTABLE;
    case 'not_multiple_of':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
      return NOT_ACCEPTABLE;
  }
};

const NOT_ACCEPTABLE = { en: 'is not acceptable', ko: '허용되지 않는 값입니다' };

/** A rule of our own brings its message in both languages. */
const isMessage = (params: unknown): params is Record<Language, string> =>
  typeof params === 'object' && params !== null && 'en' in params && 'ko' in params;

const bounded = (en: string, ko: string, bound: number | bigint, origin: string): Record<Language, string> => {
  if (origin === 'string') return { en: `must have ${en} ${bound} characters`, ko: `${bound}자 ${ko}여야 합니다` };
  if (origin === 'array') return { en: `must have ${en} ${bound} entries`, ko: `${bound}개 ${ko}여야 합니다` };
  return { en: `must be ${en} ${bound}`, ko: `${bound} ${ko}여야 합니다` };
};
