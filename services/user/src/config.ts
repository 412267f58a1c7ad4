import { hkdfSync } from 'node:crypto';
import { flag, parseEnv, type ServiceConfig, serviceConfig, serviceEnv, withServiceRules } from '@shop/kit';
import { z } from 'zod';

/** Who signs access tokens. */
export const TOKEN_ISSUER = 'urn:shop:user';
/** Whom they are for. */
export const TOKEN_AUDIENCE = 'urn:shop:api';
/** Seconds an access token lives; short, since it is carried in every request. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;
/** Seconds a refresh token lives, counted anew with each rotation. */
export const REFRESH_TOKEN_SECONDS = 30 * 24 * 60 * 60;

/** What the user service needs to know to start. */
export interface UserConfig extends ServiceConfig {
  readonly accessTokenKey: Uint8Array;
  readonly refreshTokenKey: Uint8Array;
  /** Under which accounts and networks are stored that were tried. */
  readonly tryKey: Uint8Array;
  /** Present when the demo account is wanted. */
  readonly demo: { readonly password: string } | undefined;
}

const TOKEN_SECRETS = ['ACCESS_TOKEN_SECRET', 'REFRESH_TOKEN_SECRET'] as const;

const schema = withServiceRules(
  z.object({
    ...serviceEnv(4010),
    ACCESS_TOKEN_SECRET: z.string().optional(),
    REFRESH_TOKEN_SECRET: z.string().optional(),
    JWT_SECRET: z.string().optional(),
    DEMO_DATA: flag(false),
    DEMO_PASSWORD: z.string().min(8, 'must have at least 8 characters').max(128).optional(),
  }),
  TOKEN_SECRETS,
).superRefine(
  (env, ctx) => {
    const refuse = (key: string, message: string): void => ctx.addIssue({ code: 'custom', path: [key], message });
    const production = env.NODE_ENV === 'production';
    if (env.DEMO_DATA && production) refuse('DEMO_DATA', 'is refused in production');
    if (env.DEMO_DATA && env.DEMO_PASSWORD === undefined)
      refuse('DEMO_PASSWORD', 'is missing, and DEMO_DATA asks for it');
    if (production || env.JWT_SECRET !== undefined) return;
    for (const key of TOKEN_SECRETS)
      if (env[key] === undefined) refuse(key, 'is missing, and there is no JWT_SECRET to derive it from');
  },
  { when: () => true },
);

/**
 * Reads the environment.
 * @throws {ConfigError} naming every bad key.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): UserConfig {
  const parsed = parseEnv(schema, env);
  return {
    ...serviceConfig(parsed),
    accessTokenKey: keyOf(parsed.ACCESS_TOKEN_SECRET, parsed.JWT_SECRET, 'access token'),
    refreshTokenKey: keyOf(parsed.REFRESH_TOKEN_SECRET, parsed.JWT_SECRET, 'refresh token'),
    tryKey: keyOf(undefined, parsed.REFRESH_TOKEN_SECRET ?? parsed.JWT_SECRET, 'tries'),
    demo: parsed.DEMO_DATA && parsed.DEMO_PASSWORD !== undefined ? { password: parsed.DEMO_PASSWORD } : undefined,
  };
}

/** A key of its own per purpose, so that one secret in development never signs two kinds of token. */
function keyOf(own: string | undefined, shared: string | undefined, purpose: string): Uint8Array {
  if (own !== undefined) return Buffer.from(own);
  return new Uint8Array(hkdfSync('sha256', shared ?? '', '', `shop ${purpose}`, 32));
}
