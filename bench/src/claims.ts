import { codec } from './codec/claim.ts';
import { connections } from './connections/claim.ts';
import type { Claim } from './lib/claim.ts';
import { orders } from './orders/claim.ts';
import { policies } from './policies/claim.ts';
import { profile } from './profile/claim.ts';
import { rpc } from './rpc/claim.ts';

/** Everything that `pnpm bench` knows, in the order `pnpm bench all` runs it. A new claim is a folder and a line here. */
export const CLAIMS: readonly Claim[] = [rpc, orders, codec, policies, connections, profile];
