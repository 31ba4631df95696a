/** Which parts of a transcript are open: what was opened or closed by hand, and what has the searched words. */
import { useMemo, useState } from 'react';
import type { Folds } from './turn.tsx';

export function useFolds(wanted: string): Folds {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const needle = wanted.toLowerCase();
  return useMemo(
    () => ({
      isSearching: needle !== '',
      isOpen: (key, text) => toggled.has(key) !== (needle !== '' && text.toLowerCase().includes(needle)),
      toggle: (key) =>
        setToggled((before) => {
          const after = new Set(before);
          if (!after.delete(key)) after.add(key);
          return after;
        }),
    }),
    [toggled, needle],
  );
}
