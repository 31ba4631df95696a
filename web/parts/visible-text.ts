/** Code as it is shown: what would act on a screen, or hide on it, is drawn as a sign; long lines are broken. Pure. */

/** Marks that turn the direction of text, and characters that take no space: code may look like other code by them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
const PLAIN = /^[\x20-\x7e]*$/;
const TAB = 4;

/** Control characters by their picture, all else that is not seen by its code point. Tabs stay. */
export function visibleText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll(UNSEEN, (character) => {
    if (character === '\t') return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return '\u2421';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/**
 * The parts of a line that fit into so many columns each, at least one. A character is never parted from the marks on
 * it. How wide a character is drawn is the font's affair: wide ones are counted as two.
 */
export function breakLine(text: string, columns: number): string[] {
  if (text.length <= columns && PLAIN.test(text)) return [text];
  const most = Math.max(8, columns);
  if (PLAIN.test(text)) {
    return Array.from({ length: Math.ceil(text.length / most) }, (_, part) =>
      text.slice(part * most, (part + 1) * most),
    );
  }
  const parts: string[] = [];
  let begin = 0;
  let column = 0;
  let at = 0;
  for (const character of text) {
    const width = character === '\t' ? TAB - (column % TAB) : widthOf(character);
    if (column + width > most && column > 0 && width > 0) {
      parts.push(text.slice(begin, at));
      begin = at;
      column = 0;
    }
    column += character === '\t' ? TAB - (column % TAB) : width;
    at += character.length;
  }
  parts.push(text.slice(begin));
  return parts;
}

const MARK = /^\p{M}$/u;

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (MARK.test(character)) return 0;
  return code < 0x1100 ? 1 : isNarrow(code) ? 1 : 2;
}

/** Dashes, quotes, arrows, box drawing and the like, which fonts for code draw as wide as a letter. */
const isNarrow = (code: number): boolean => code >= 0x2000 && code < 0x2600;
