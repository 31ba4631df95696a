/** Remembers texts in which no secret was found; one with a secret is never kept. */

export interface CleanTexts {
  has(text: string): boolean;
  add(text: string): void;
}

/**
 * Keeps what was asked for lately: between `most` characters and twice as many. A generation that is full becomes the
 * old one, and what is asked for in that moves on to the young one.
 */
export function createCleanTexts(most: number): CleanTexts {
  let [young, old] = [new Set<string>(), new Set<string>()];
  let size = 0;

  function add(text: string): void {
    if (young.has(text) || text.length > most / 4) return;
    if (size + text.length > most) [young, old, size] = [new Set(), young, 0];
    young.add(text);
    size += text.length;
  }

  return {
    add,
    has(text) {
      if (young.has(text)) return true;
      if (!old.has(text)) return false;
      add(text);
      return true;
    },
  };
}
