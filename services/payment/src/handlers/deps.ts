import type { paymentContract } from '@shop/contracts';
import type { Handlers } from 'cmdrpc';
import type { AbandonDeps } from '../workflow/abandon.ts';
import type { CancelDeps } from '../workflow/cancel.ts';
import type { ChargeDeps } from '../workflow/charge.ts';
import type { DepositDeps } from '../workflow/confirm-deposit.ts';

/** What the handlers work with, beside the call itself. */
export type Deps = AbandonDeps & Omit<ChargeDeps & CancelDeps & DepositDeps, 'waitMs' | 'logger'>;

/** One handler per command of the contract. */
export type PaymentHandlers = Handlers<(typeof paymentContract)['commands']>;
