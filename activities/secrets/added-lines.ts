/** The lines that a diff adds, by file, read as git prints it with no context. Pure. */

export interface AddedText {
  readonly file: string;
  /** The added lines; where lines of the file lie between them stands an empty one. */
  readonly text: string;
  /** For each line of `text` its number in the file. */
  readonly lines: readonly number[];
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Reads what `git diff-tree -p` or `git log -p` printed with `--unified=0`, whole or cut off anywhere. */
export function readAddedLines(diff: string): AddedText[] {
  const files: { file: string; text: string[]; lines: number[] }[] = [];
  const rows = diff.split('\n');
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as string;
    if (row.startsWith('+++ ')) files.push({ file: fileOf(row.slice(4)), text: [], lines: [] });
    const hunk = HUNK.exec(row);
    const file = files.at(-1);
    if (hunk === null || file === undefined) continue;
    const [removed, first, added] = [Number(hunk[1] ?? 1), Number(hunk[2]), Number(hunk[3] ?? 1)];
    // A text may look like a header, so the hunk's own numbers say where it ends.
    for (let left = removed + added, line = first; left > 0 && at + 1 < rows.length; ) {
      at += 1;
      const text = rows[at] as string;
      if (text.startsWith('\\')) continue;
      left -= 1;
      if (!text.startsWith('+')) continue;
      file.text.push(text.slice(1));
      file.lines.push(line);
      line += 1;
    }
    file.text.push('');
    file.lines.push(first);
  }
  return files
    .filter(({ text }) => text.length > 0)
    .map(({ file, text, lines }) => ({ file, text: text.join('\n'), lines }));
}

/** `b/src/a.js`, or the same in quotes where the name holds something unusual. */
function fileOf(name: string): string {
  const bare = name.replace(/\t$/, '');
  const unquoted = bare.startsWith('"') ? bare.slice(1, -1) : bare;
  return unquoted.replace(/^b\//, '');
}
