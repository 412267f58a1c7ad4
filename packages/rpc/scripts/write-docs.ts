import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatedDocs } from './generated-docs.ts';

// Writes every document that is made from the source: node packages/rpc/scripts/write-docs.ts
for (const { url, text } of generatedDocs()) {
  mkdirSync(new URL('.', url), { recursive: true });
  let before = '';
  try {
    before = readFileSync(url, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (before === text) continue;
  writeFileSync(url, text);
  console.log(`written: ${fileURLToPath(url)}`);
}
