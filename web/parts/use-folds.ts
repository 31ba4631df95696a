/** Which parts of a transcript are open: what was opened or closed by hand, what has the searched words, and `opened`. */
import { useMemo, useState } from 'react';
import type { Folds } from './turn.tsx';

export function useFolds(wanted: string, opened: ReadonlySet<string>): Folds {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const needle = wanted.toLowerCase();
  return useMemo(
    () => ({
      isSearching: needle !== '',
      isOpen: (key, text) =>
        toggled.has(key) !== (opened.has(key) || (needle !== '' && text.toLowerCase().includes(needle))),
      toggle: (key) =>
        setToggled((before) => {
          const after = new Set(before);
          if (!after.delete(key)) after.add(key);
          return after;
        }),
    }),
    [toggled, opened, needle],
  );
}
