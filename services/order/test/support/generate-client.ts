import { createHash } from 'node:crypto';
import openapi, { astToString, type OpenAPI3 } from 'openapi-typescript';

/** What a generated client says it was made of. */
export const digestOf = (document: unknown): string =>
  createHash('sha256').update(JSON.stringify(document)).digest('hex');

/** The document's types as a client imports them. The file is checked in; a test says when it is out of date. */
export const generateClient = async (document: OpenAPI3): Promise<string> =>
  [
    '// Made by `node test/support/update-client.ts` of the document with this SHA-256:',
    `// ${digestOf(document)}`,
    astToString(await openapi(JSON.parse(JSON.stringify(document)))),
  ].join('\n');
