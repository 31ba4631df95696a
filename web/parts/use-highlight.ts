/** Marks words wherever they stand in an element, without a change of its nodes. Older browsers mark nothing. */
import { type RefObject, useEffect } from 'react';

const NAME = 'found';

/** Looks again after each render, since what is rendered comes and goes. */
export function useHighlight(element: RefObject<HTMLElement | null>, words: string): void {
  useEffect(() => {
    if (!('highlights' in CSS) || element.current === null) return;
    CSS.highlights.delete(NAME);
    if (words !== '') CSS.highlights.set(NAME, new Highlight(...rangesOf(element.current, words.toLowerCase())));
  });
  useEffect(() => () => void ('highlights' in CSS && CSS.highlights.delete(NAME)), []);
}

function rangesOf(element: HTMLElement, needle: string): Range[] {
  const ranges: Range[] = [];
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = nodes.nextNode() as Text | null; node !== null; node = nodes.nextNode() as Text | null) {
    const text = node.data.toLowerCase();
    // A letter that is longer in lower case moves those after it.
    if (text.length !== node.length) continue;
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
      const range = new Range();
      range.setStart(node, at);
      range.setEnd(node, at + needle.length);
      ranges.push(range);
    }
  }
  return ranges;
}
