import { Refusal } from '../domain/refusal.ts';
import { dependencyFailure } from '../peers/dependency-failure.ts';
import type { WorkflowDeps } from './deps.ts';

/**
 * A page of the catalogue, as Product gives it.
 * @throws {Refusal} `cursor_invalid`; `dependency_*` when Product cannot say.
 */
export const listProducts = async (
  { peers, budgets }: Pick<WorkflowDeps, 'peers' | 'budgets'>,
  page: { readonly limit: number; readonly cursor?: string | undefined },
) => {
  const result = await peers.product.list_products.safe(page, { timeoutMs: budgets.productMs });
  if (result.ok) return result.value;
  if (result.error.reason === 'cursor_invalid') throw new Refusal('cursor_invalid', { cause: result.error });
  throw dependencyFailure(result.error);
};
