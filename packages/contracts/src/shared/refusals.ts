import { z } from 'zod';

/** Details of a refusal whose name says all there is to say. */
export const nothing = z.strictObject({});
