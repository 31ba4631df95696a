/** Counts the statements that go through a database. */
import type { KyselyPlugin } from 'kysely';

/** Give `plugin` to the database; `count` is reset by whoever reads it. Parts of a statement count by themselves. */
export function createStatementCount() {
  const counted = {
    count: 0,
    plugin: {
      transformQuery({ node }) {
        counted.count += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    } satisfies KyselyPlugin as KyselyPlugin,
  };
  return counted;
}
