import { fileURLToPath } from 'node:url';

/** The directory of the workspace, without a slash at its end. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');
