import { z } from 'zod';

/** Opaque to callers: what a page's `nextCursor` gave, sent back as it was. */
export const cursor = z.string().min(1).max(512);

/** Entries a page; 20 unless said. */
export const pageLimit = z.int().min(1).max(100).default(20);
