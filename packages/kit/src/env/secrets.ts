import type { ConfigIssue } from './parse-env.ts';

/** An HS256 key is at least as long as its hash (RFC 7518 §3.2); the same floor serves every other secret. */
export const MIN_SECRET_BYTES = 32;

// What `.env.example` and the documentation put where a secret belongs.
const EXAMPLE = /change[-_ ]?me|example|placeholder/i;

/**
 * What is wrong with the secrets of a production process: missing, too short, an example, or equal to another.
 * Outside production nothing is.
 */
export function secretIssues(
  values: Readonly<Record<string, string | undefined>>,
  { production }: { readonly production: boolean },
): ConfigIssue[] {
  if (!production) return [];
  return Object.entries(values).flatMap(([key, value]) => {
    const message = wrongWith(key, value, values);
    return message === undefined ? [] : [{ key, message }];
  });
}

/** The password between user and host of a URL; the URL of a set of hosts is one that `URL` cannot read. */
const URL_PASSWORD = /^[a-z+]+:\/\/[^:/@]*:([^/]*)@/;

/** What is wrong with the databases' URLs of a production process: a password from the examples. */
export const urlIssues = (
  urls: Readonly<Record<string, string | undefined>>,
  { production }: { readonly production: boolean },
): ConfigIssue[] =>
  Object.entries(urls).flatMap(([key, url]) =>
    production && EXAMPLE.test(URL_PASSWORD.exec(url ?? '')?.[1] ?? '')
      ? [{ key, message: 'holds an example password' }]
      : [],
  );

function wrongWith(
  key: string,
  value: string | undefined,
  all: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (!value) return 'is missing';
  if (EXAMPLE.test(value)) return 'is an example value';
  const bytes = Buffer.byteLength(value);
  if (bytes < MIN_SECRET_BYTES) return `is ${bytes} bytes long, at least ${MIN_SECRET_BYTES} are needed`;
  const twin = Object.keys(all).find((other) => other !== key && all[other] === value);
  return twin === undefined ? undefined : `is equal to ${twin}`;
}
