/** The files that differ between two commits, with how much of each. */
import { type GitRepo, git } from '../../clients/git/git.ts';
import { readChangedFiles } from '../change/changed-files.ts';
import { chooseGenerated } from './generated-files.ts';

export interface DiffFile {
  readonly path: string;
  /** The path before a rename; null otherwise. */
  readonly previousPath: string | null;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'type-changed';
  /** Lines; 0 for a binary file. */
  readonly additions: number;
  readonly deletions: number;
  readonly isBinary: boolean;
  /** Nobody reads it line by line; a screen may show it folded. */
  readonly isGenerated: boolean;
}

/** Shows every change to the person who approves: ignores the repository's own diff drivers, includes submodules. */
export const DIFF = [
  'diff-tree',
  '-r',
  '-M',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--ignore-submodules=none',
];

/** In git's order, which is that of the bytes of their paths. */
export async function listDiffFiles(repo: GitRepo, baseSha: string, headSha: string): Promise<DiffFile[]> {
  const output = await git(repo, [...DIFF, '--raw', '--numstat', '-z', baseSha, headSha, '--']);
  const files = readDiffFiles(output);
  const generated = await chooseGenerated(
    repo,
    baseSha,
    files.map(({ path }) => path),
  );
  return files.map((file) => ({ ...file, isGenerated: generated.has(file.path) }));
}

const STATUS: Readonly<Record<string, DiffFile['status']>> = { T: 'type-changed' };

/** Reads `--raw --numstat -z`: a record for each file by the one, then in the same order by the other. */
export function readDiffFiles(output: string): Omit<DiffFile, 'isGenerated'>[] {
  const fields = output.split('\0');
  const letters: string[] = [];
  const sources: (string | undefined)[] = [];
  let at = 0;
  while (fields[at]?.startsWith(':')) {
    const letter = fields[at]?.split(' ')[4]?.slice(0, 1) ?? '';
    const hasTwo = letter === 'R';
    letters.push(letter);
    sources.push(hasTwo ? fields[at + 1] : undefined);
    at += hasTwo ? 3 : 2;
  }
  const changed = readChangedFiles(`${fields.slice(0, at).join('\0')}\0`);
  return changed.map(({ status, path }, index) => {
    const [additions = '', deletions = ''] = fields[at]?.split('\t') ?? [];
    const previousPath = sources[index] ?? null;
    at += previousPath === null ? 1 : 3;
    return {
      path,
      previousPath,
      status: STATUS[letters[index] ?? ''] ?? status,
      additions: Number(additions) || 0,
      deletions: Number(deletions) || 0,
      isBinary: additions === '-',
    };
  });
}
