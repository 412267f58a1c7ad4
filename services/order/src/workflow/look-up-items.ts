import type { RpcError } from 'cmdrpc';
import type { OrderItem } from '../domain/order.ts';
import { Refusal } from '../domain/refusal.ts';
import { dependencyFailure } from '../peers/dependency-failure.ts';
import type { WorkflowDeps } from './deps.ts';

/**
 * Names and prices of what is bought, one item per id and in that order.
 * @throws {Refusal} `product_not_found` with the ids nobody sells; `dependency_*` when Product cannot say.
 */
export const lookUpItems = async (
  { peers, budgets }: Pick<WorkflowDeps, 'peers' | 'budgets'>,
  productIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly OrderItem[]> => {
  const result = await peers.product.get_products_info.safe(
    { productIds: [...productIds] },
    { timeoutMs: budgets.productMs, signal },
  );
  if (!result.ok) {
    const { error } = result;
    if (error.reason === 'product_not_found') {
      throw new Refusal('product_not_found', { facts: { missing: missingOf(error) }, cause: error });
    }
    throw dependencyFailure(error);
  }
  // A price under the wrong id would be charged; the reply's shape alone does not exclude it.
  const isAsAsked =
    result.value.length === productIds.length &&
    result.value.every(({ id }, i) => id.toLowerCase() === productIds[i]?.toLowerCase());
  if (!isAsAsked) {
    throw new Refusal('dependency_failed', { cause: new Error('product answered for other ids than were asked') });
  }
  return result.value.map(({ id, name, price }) => ({ productId: id, name, price }));
};

const missingOf = (error: RpcError<'product_not_found', { missing: string[] }>): readonly string[] =>
  error.details.missing;
