import type { IndexDefinition } from '../../database/index-definitions.ts';
import { CartloadError } from '../../errors.ts';

/**
 * The indexes that an experiment is about.
 *
 * @param only one by its name, with or without its schema; null: all
 * @throws CartloadError BAD_OPTION where there is none of that name
 */
export function requireIndex(
  indexes: readonly IndexDefinition[],
  only: string | null,
): readonly IndexDefinition[] {
  const asked = indexes.filter(
    ({ name }) => only === null || name === only || name === `shop.${only}`,
  );
  if (asked.length > 0) return asked;
  throw new CartloadError('BAD_OPTION', `The shop has no index "${only}".`, {
    hint: 'Leave out --only to see all of them.',
  });
}
