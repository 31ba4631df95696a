/** The text of a pull request of ours: it follows the work, until a person edits it; from then on it is theirs. */
import { hasMarker, marked } from './hidden-marker.ts';
import { safeWords } from './safe-text.ts';

const KIND = 'body';

/** The hidden last line names the text above it. */
export function ownBody(text: string): string {
  const words = safeWords(text);
  return marked(words, KIND, words);
}

/** Whether the text is still as the factory wrote it. */
export function isUntouched(body: string | null): boolean {
  const end = (body ?? '').lastIndexOf('\n\n');
  return end >= 0 && hasMarker(body, KIND, (body ?? '').slice(0, end));
}
