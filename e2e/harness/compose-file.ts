import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const text = z.union([z.string(), z.number()]).transform(String);
const duration = z.string().regex(/^\d+(ms|s|m)$/);
const healthcheck = z.strictObject({
  test: z.array(z.string()).min(2),
  interval: duration,
  timeout: duration,
  retries: z.int(),
  start_period: duration,
  start_interval: duration.optional(),
});

/** The part of the Compose specification that this file uses; a key that is misspelt is refused. */
const service = z.strictObject({
  image: z.string().regex(/:\S+$/, 'is not pinned by a tag').optional(),
  build: z
    .strictObject({ context: z.literal('.'), dockerfile: z.string(), args: z.record(z.string(), z.string()) })
    .optional(),
  environment: z.record(z.string().regex(/^[A-Z_]+$/), text),
  healthcheck,
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.literal('service_healthy'), restart: z.boolean().optional() }))
    .default({}),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).optional(),
  network_mode: z.string().optional(),
  volumes: z.array(z.string()).default([]),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  restart: z.literal('unless-stopped'),
  stop_grace_period: duration,
  stop_signal: z.string().optional(),
  shm_size: z.string().optional(),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
});

const schema = z.strictObject({
  name: z.string(),
  'x-image': z.unknown(),
  'x-health': z.unknown(),
  'x-common': z.unknown(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.strictObject({})),
});

/** Reads compose.yaml as Compose does with no variable set: `${NAME:-default}` is its default. */
export async function readComposeFile(): Promise<z.infer<typeof schema>> {
  const source = await readFile(new URL('../../compose.yaml', import.meta.url), 'utf8');
  // After parsing, as Compose does: a default of `true` stays a string.
  const filled = JSON.stringify(parse(source, { merge: true })).replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
  return schema.parse(JSON.parse(filled));
}
