/** The files that a change touches, as `git diff-tree --raw -z` names them. */

export interface ChangedFile {
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed';
  readonly path: string;
  /** The former path of a renamed file. */
  readonly from?: string;
  /** Modes and blobs, as git writes them; zeros where there is no file. */
  readonly before: Version;
  readonly after: Version;
}

export interface Version {
  readonly mode: string;
  readonly blob: string;
}

const STATUS: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  C: 'added',
  D: 'deleted',
  R: 'renamed',
};

/** Reads the output whole; NUL ends each field, so any name can be in it. */
export function readChangedFiles(output: string): ChangedFile[] {
  const fields = output.split('\0');
  const files: ChangedFile[] = [];
  for (let at = 0; at + 1 < fields.length; ) {
    const [modeBefore = '', modeAfter = '', blobBefore = '', blobAfter = '', letters = ''] = (fields[at] ?? '')
      .slice(1)
      .split(' ');
    const letter = letters.slice(0, 1);
    const hasTwo = letter === 'R' || letter === 'C';
    const [first = '', second = ''] = [fields[at + 1], fields[at + 2]];
    files.push({
      status: STATUS[letter] ?? 'modified',
      path: hasTwo ? second : first,
      ...(letter === 'R' ? { from: first } : {}),
      before: { mode: modeBefore, blob: blobBefore },
      after: { mode: modeAfter, blob: blobAfter },
    });
    at += hasTwo ? 3 : 2;
  }
  return files;
}

/** For people: a name that could hide something is shown in quotes, with what it hides. */
export const shownPath = (path: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069"\\]|^\s|\s$/.test(path)
    ? JSON.stringify(path).replace(
        /[\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
    : path;
