import { z } from 'zod';

/** Whole won. South Korea's currency has no minor unit in use, so an integer is exact. */
export const won = z
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ description: 'whole won', examples: [3000] });
