import { randomBytes, randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const secret = z.string().min(16);
const schema = z.object({
  accessToken: secret,
  refreshToken: secret,
  rpcAuthToken: secret,
  postgresPassword: secret,
  tossSecretKey: secret,
  demoPassword: z.string().min(8),
});

/** What the embedded run makes up once and keeps, so that yesterday's tokens and accounts work today. */
export type Secrets = z.infer<typeof schema>;

/**
 * Reads the secrets of a data directory, and makes them up the first time. The file is for its owner only.
 * @throws {Error} naming the file when it is damaged: new secrets would lock the owner out of the old data.
 */
export async function keptSecrets(path: string): Promise<Secrets> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read (${cause.code}); was it created by another user?`, { cause });
  });
  if (text === undefined) return create(path);
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${path} is damaged; restore it, or remove the whole data directory to begin anew`, { cause });
  }
}

async function create(path: string): Promise<Secrets> {
  const secrets: Secrets = {
    accessToken: randomBytes(48).toString('base64url'),
    refreshToken: randomBytes(48).toString('base64url'),
    rpcAuthToken: randomBytes(48).toString('base64url'),
    postgresPassword: randomBytes(24).toString('hex'),
    tossSecretKey: `test_sk_${randomBytes(24).toString('hex')}`,
    demoPassword: randomBytes(9).toString('base64url'),
  };
  // Renamed into place, so that a crash leaves either no file or a whole one.
  const partial = `${path}.${randomUUID()}`;
  await writeFile(partial, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(partial, path);
  return secrets;
}
