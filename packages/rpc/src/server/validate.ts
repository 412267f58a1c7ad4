import type { AnySchema, SchemaIssue, SchemaResult } from '../contract/schema.ts';

/** What callers see of an invalid input: where and why, never the value. */
export interface IssueDetails {
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}

const MAX_ISSUES = 20;

/** Runs a schema; `ok` receives the parsed value, `failed` the issues. Synchronous when the schema is. */
export const check = (
  schema: AnySchema,
  value: unknown,
  ok: (value: unknown) => void,
  failed: (issues: IssueDetails) => void,
  thrown: (error: unknown) => void,
): void => {
  const settle = (result: SchemaResult<unknown>): void => {
    if (result.issues === undefined) ok(result.value);
    else failed({ issues: result.issues.slice(0, MAX_ISSUES).map(describe) });
  };
  let result: SchemaResult<unknown> | Promise<SchemaResult<unknown>>;
  try {
    result = schema['~standard'].validate(value);
  } catch (error) {
    thrown(error);
    return;
  }
  if (result instanceof Promise) result.then(settle, thrown);
  else settle(result);
};

/** The same for code that waits anyway. */
export const parsed = async (
  schema: AnySchema,
  value: unknown,
): Promise<{ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly details: IssueDetails }> => {
  const result = await schema['~standard'].validate(value);
  return result.issues === undefined
    ? { ok: true, value: result.value }
    : { ok: false, details: { issues: result.issues.slice(0, MAX_ISSUES).map(describe) } };
};

/** RFC 6901 pointer of an issue. */
const describe = ({ path = [], message }: SchemaIssue): IssueDetails['issues'][number] => ({
  path: path
    .map((part) =>
      String(typeof part === 'object' ? part.key : part)
        .replaceAll('~', '~0')
        .replaceAll('/', '~1'),
    )
    .map((part) => `/${part}`)
    .join(''),
  message,
});
