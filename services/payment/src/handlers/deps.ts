import type { paymentContract } from '@shop/contracts';
import type { Handlers } from 'cmdrpc';
import type { AbandonDeps } from '../workflow/abandon.ts';
import type { ChargeDeps } from '../workflow/charge.ts';

/** What the handlers work with, beside the call itself. */
export type Deps = AbandonDeps & Omit<ChargeDeps, 'waitMs' | 'logger'>;

/** One handler per command of the contract. */
export type PaymentHandlers = Handlers<(typeof paymentContract)['commands']>;
