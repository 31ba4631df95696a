/** Reads again what became stale: soon, and never so often that a page does nothing else. */
import type { QueryClient } from '@tanstack/react-query';
import { keys, type QueryKey } from './changes.ts';

/** At most one refetch of a query in so long; the first at once. */
const CALM_MS = 150;
/** The story is told whole each time, from a log that may be of any length. */
const STORY_CALM_MS = 3_000;

/**
 * Joins what comes in quick succession: the first change shows at once, the last one within CALM_MS. A read that is under
 * way is left to end, and what changed meanwhile is read after it: begun again with each change, it would never end while
 * much happens.
 */
export function createRefetch(queries: QueryClient) {
  const waiting = new Map<string, QueryKey>();
  let isCalm = true;

  const isDue = (queryKey: QueryKey): boolean => {
    if (queries.isFetching({ queryKey }) > 0) return false;
    const readAt = queries.getQueryState(queryKey)?.dataUpdatedAt ?? 0;
    return Date.now() - readAt >= restOf(queryKey);
  };

  const run = () => {
    if (waiting.size === 0) {
      isCalm = true;
      return;
    }
    isCalm = false;
    for (const [name, queryKey] of waiting) {
      if (!isDue(queryKey)) continue;
      waiting.delete(name);
      void queries.invalidateQueries({ queryKey });
    }
    setTimeout(run, CALM_MS);
  };

  return {
    these(changed: readonly QueryKey[]): void {
      for (const key of changed) waiting.set(key.join('\n'), key);
      if (isCalm) run();
    },
    everything: () => void queries.invalidateQueries(),
  };
}

const [STORY] = keys.account('');

/** For how long what was read is good enough, in ms. */
const restOf = ([kind]: QueryKey): number => (kind === STORY ? STORY_CALM_MS : 0);
