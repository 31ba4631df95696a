/** The keys of the dashboard, and when they count. Pure. */

export type KeyName = 'j' | 'k' | 'a' | 'r' | 'd' | 'n' | 'p' | '/' | '?';

/** In the order in which the help shows them. */
export const KEYS: readonly { readonly key: KeyName; readonly words: string }[] = [
  { key: 'j', words: 'Go to the next question' },
  { key: 'k', words: 'Go to the question before' },
  { key: 'a', words: 'Approve the question that you are at' },
  { key: 'r', words: 'Write why you reject the question that you are at' },
  { key: 'd', words: 'See the changes or the plan that the question is about' },
  { key: 'n', words: 'Go to the next comment of a review' },
  { key: 'p', words: 'Go to the comment before' },
  { key: '/', words: 'Search; ⌘K or Ctrl-K too, also while you type' },
  { key: '?', words: 'Show these keys' },
];

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented: boolean;
}

/** A key that was not meant for the browser, for a field or for something that is open above the page. */
export function keyOf(pressed: Pressed, isElsewhere: boolean): KeyName | undefined {
  if (isElsewhere || pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.defaultPrevented) return undefined;
  return KEYS.find(({ key }) => key === pressed.key)?.key;
}

/** From one of so many to the one after or before it; from none to the first or the last. Stays at both ends. */
export function stepTo(current: number, count: number, step: 1 | -1): number {
  if (current < 0) return step > 0 ? 0 : count - 1;
  return Math.min(count - 1, Math.max(0, current + step));
}
