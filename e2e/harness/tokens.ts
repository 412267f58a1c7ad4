import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Stack } from '@shop/stack';

type Json = Record<string, unknown>;

const encode = (part: Json): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString());

/** A token like this one with other claims or another header, signed with this key; without a key it keeps the old signature. */
export function forge(
  token: string,
  change: { readonly header?: Json; readonly claims?: Json; readonly key?: string },
): string {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const signed = `${encode({ ...decode(header), ...change.header })}.${encode({ ...decode(claims), ...change.claims })}`;
  const mac =
    change.key === undefined ? signature : createHmac('sha256', change.key).update(signed).digest('base64url');
  return `${signed}.${mac}`;
}

/** The key with which the user service signs. */
export async function signingKey({ dataDir }: Stack): Promise<string> {
  return JSON.parse(await readFile(dataDir.secrets, 'utf8')).accessToken;
}
