/** Tells code from comments and strings where no grammar does, well enough for looking at tests. */

export interface CodeText {
  /** The text, of the same length, with spaces where comments were. */
  readonly text: string;
  /** Whether the character at an index is code, not inside a string. */
  readonly isCode: (index: number) => boolean;
}

/** A comment or a string, and its end. */
type Span = { readonly end: number; readonly kind: 'comment' | 'string' };

/** Reads without a grammar; `comment` begins a comment that ends with its line. */
export function readCode(text: string, comment: '#' | '//' | '--'): CodeText {
  const isString = new Uint8Array(text.length);
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const span = spanAt(text, at, comment);
    const end = span?.end ?? at + 1;
    const part = text.slice(at, end);
    parts.push(span?.kind === 'comment' ? part.replace(/[^\n]/g, ' ') : part);
    if (span !== undefined) isString.fill(1, at, end);
    at = end;
  }
  return { text: parts.join(''), isCode: (index) => isString[index] === 0 };
}

/** Undefined for a character of code. */
function spanAt(text: string, at: number, comment: string): Span | undefined {
  const character = text[at];
  if (text.startsWith(comment, at) && beginsComment(text[at - 1], comment))
    return { kind: 'comment', end: endOfLine(text, at) };
  if (comment === '//' && text.startsWith('/*', at)) {
    const close = text.indexOf('*/', at + 2);
    return close === -1 ? undefined : { kind: 'comment', end: close + 2 };
  }
  if (character !== '"' && character !== "'" && character !== '`') return undefined;
  const triple = character.repeat(3);
  if (character !== '`' && text.startsWith(triple, at)) {
    const close = text.indexOf(triple, at + 3);
    // In Python that is also how a block is put out of use.
    return close === -1 ? undefined : { kind: isAlone(text, at) ? 'comment' : 'string', end: close + 3 };
  }
  const close = closingQuote(text, at, character);
  return close === undefined ? undefined : { kind: 'string', end: close + 1 };
}

/** In a shell or Perl a `#` within a word is none: `${#list[@]}`, `$#list`. */
const beginsComment = (before = '\n', comment: string): boolean =>
  comment === '#' ? /[\s;)\]},]/.test(before) : before !== ':';

const isAlone = (text: string, at: number): boolean => /(^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 200), at));

/** An apostrophe that nothing closes on its line opens no string. */
function closingQuote(text: string, at: number, quote: string): number | undefined {
  for (let index = at + 1; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') index += 1;
    else if (character === quote) return index;
    else if (character === '\n' && quote !== '`') return undefined;
  }
  return undefined;
}

/** The end of the line that holds the index. */
export function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

const CLOSES: Readonly<Record<string, number>> = { '(': 1, '[': 1, '{': 1, ')': -1, ']': -1, '}': -1 };
const LONGEST_STATEMENT = 8_000;

/**
 * Where the statement that begins at an index ends: with its line, or the line on which its last bracket closes; a
 * following line that begins with a dot belongs to it.
 */
export function endOfStatement({ text, isCode }: CodeText, start: number): number {
  let depth = 0;
  let end = start;
  for (; end < text.length && end - start < LONGEST_STATEMENT; end++) {
    if (!isCode(end)) continue;
    const character = text[end] as string;
    depth += CLOSES[character] ?? 0;
    if (depth < 0) break;
    if (depth > 0) continue;
    if (character === ';') break;
    if (character === '\n' && !/^\s*(?:[.?]|->)/.test(text.slice(end + 1, end + 200))) break;
  }
  return end;
}
