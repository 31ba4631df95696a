/** Reads a patch as git writes it, piece by piece, into lines that know their numbers. Pure. */

export interface PatchLine {
  /** A note is what git says of the file itself: its mode, or that it is binary. */
  readonly kind: 'context' | 'added' | 'removed' | 'hunk' | 'note';
  /** Its number before the change and after it. */
  readonly before?: number;
  readonly after?: number;
  /** Without the sign. */
  readonly text: string;
  /** Of a part of a line that did not fit beside its beginning. */
  readonly isContinued?: true;
}

/** Where the reading stands between two pieces. */
export interface PatchPosition {
  readonly isInHunk: boolean;
  /** Numbers of the next line. */
  readonly before: number;
  readonly after: number;
  /** A line whose end is in the next piece. */
  readonly rest: string;
}

export const PATCH_START: PatchPosition = { isInHunk: false, before: 0, after: 0, rest: '' };

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/s;
/** What the page says already, or what says nothing to a person. */
const SAID = /^(diff --git |index |--- |\+\+\+ |similarity index |rename (from|to) |new file mode 100644$)/;

/** The lines of a piece. Give the position that the piece before returned, and whether it is the last. */
export function readPatch(
  piece: string,
  position: PatchPosition,
  isLast: boolean,
): { readonly lines: readonly PatchLine[]; readonly position: PatchPosition } {
  const texts = `${position.rest}${piece}`.split('\n');
  // After the last line end there is nothing, or the beginning of a line.
  const rest = texts.pop() ?? '';
  if (isLast && rest !== '') texts.push(rest);
  const lines: PatchLine[] = [];
  let { isInHunk, before, after } = position;
  for (const text of texts) {
    const hunk = HUNK.exec(text);
    if (hunk !== null) {
      [before, after, isInHunk] = [Number(hunk[1]), Number(hunk[2]), true];
      lines.push({ kind: 'hunk', text: hunk[3] === '' ? `line ${after}` : `line ${after}: ${hunk[3]}` });
    } else if (!isInHunk || text.startsWith('diff --git ')) {
      // A file that became a link is two patches: one that deletes, and one that adds.
      isInHunk = false;
      if (!SAID.test(text) && text !== '') lines.push({ kind: 'note', text });
    } else if (text.startsWith('+')) {
      lines.push({ kind: 'added', after: after++, text: text.slice(1) });
    } else if (text.startsWith('-')) {
      lines.push({ kind: 'removed', before: before++, text: text.slice(1) });
    } else if (text.startsWith('\\')) {
      lines.push({ kind: 'note', text: text.slice(2) });
    } else {
      lines.push({ kind: 'context', before: before++, after: after++, text: text.slice(1) });
    }
  }
  return { lines, position: { isInHunk, before, after, rest: isLast ? '' : rest } };
}
