/**
 * What people type into questions, kept while the page is open: a push gives a question another card, and who looks at
 * the diff comes back to a new one.
 */
import { useState } from 'react';
import type { Answer } from '../../api/client/index.ts';

type Asked = Pick<Answer<'HumanRequest'>, 'epicId' | 'requestId' | 'taskKey' | 'kind' | 'pullRequest' | 'headSha'>;

/** The same for a question about a commit and the one about the next commit; else each question has words of its own. */
export const wordsKey = ({ epicId, requestId, taskKey, kind, pullRequest, headSha }: Asked): string =>
  headSha === null ? `${epicId}/${requestId}` : `${epicId}/${taskKey ?? ''}/${kind}/${pullRequest ?? ''}`;

const typed = new Map<string, string>();

/** What was sent is no draft any more; what was typed while it was under way is one. */
export function forgetWords(asked: Asked, sent: string): void {
  const key = wordsKey(asked);
  if (typed.get(key)?.trim() === sent) typed.delete(key);
}

export function useWords(asked: Asked) {
  const key = wordsKey(asked);
  const [words, setWords] = useState(typed.get(key) ?? '');
  const change = (next: string) => {
    typed.set(key, next);
    setWords(next);
  };
  return [words, change] as const;
}
