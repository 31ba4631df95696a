/** The answer that an agent is writing, and which of its thoughts are open: all, until they are closed by hand. */
import { useDocumentVisibility } from '@mantine/hooks';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Draft, thoughtKeys } from '../data/draft-parts.ts';
import { followDraft } from '../data/drafts.ts';

export interface Drafting {
  readonly draft: Draft | undefined;
  /** Also of answers that are stored by now, so that nothing folds up under the reader's eyes. */
  readonly opened: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
}

/** Follows it only while the page can be seen. */
export function useDraft(agentId: string, isAtWork: boolean): Drafting {
  const isFollowed = useDocumentVisibility() === 'visible' && isAtWork;
  const [draft, setDraft] = useState<Draft>();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const seen = useRef(new Set<string>());
  useEffect(() => {
    if (!isFollowed) return;
    return followDraft(agentId, (next) => {
      setDraft(next);
      const added = (next === undefined ? [] : thoughtKeys(next)).filter((key) => !seen.current.has(key));
      if (added.length === 0) return;
      for (const key of added) seen.current.add(key);
      setOpened((before) => new Set([...before, ...added]));
    });
  }, [agentId, isFollowed]);
  const toggle = useCallback(
    (key: string) =>
      setOpened((before) => {
        const after = new Set(before);
        if (!after.delete(key)) after.add(key);
        return after;
      }),
    [],
  );
  return { draft, opened, toggle };
}
