import { writeFile } from 'node:fs/promises';
import type { OpenAPI3 } from 'openapi-typescript';
import { describedApi } from './described-api.ts';
import { generateClient } from './generate-client.ts';

await writeFile(new URL('generated-api.ts', import.meta.url), await generateClient(await describedApi<OpenAPI3>()));
