/** Patches in pieces: of one file, so that none is too long to be read to its end, or of as many small files as fit. */
import { type GitRepo, gitResult } from '../../clients/git/git.ts';
import { DIFF, type DiffFile } from './diff-files.ts';

export interface PatchPiece {
  /** The last file that it is of. */
  readonly path: string;
  readonly text: string;
  /** Where the next piece begins, in bytes; null at the end. */
  readonly next: number | null;
  /** Of the whole patch, where that is known. */
  readonly totalBytes: number | null;
  /** The file's patch goes on beyond what is ever read. */
  readonly isCut: boolean;
}

export interface PatchQuestion {
  readonly baseSha: string;
  readonly headSha: string;
  readonly file: DiffFile;
  readonly offset: number;
}

const PIECE_BYTES = 256_000;
const MOST_CHARACTERS = 64_000_000;
/** The reader of a long patch asks for its next piece soon, and git should not make the patch again each time. */
const KEPT_MS = 30_000;

interface Patch {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

export function createPatchReader() {
  let kept: { readonly key: string; readonly patch: Promise<Patch>; readonly timer: NodeJS.Timeout } | undefined;

  /** The newest one only: a long patch is as large in memory as on paper. */
  function readKept(repo: GitRepo, question: PatchQuestion): Promise<Patch> {
    const { baseSha, headSha, file } = question;
    const key = [repo.gitDir, baseSha, headSha, file.path].join('\0');
    if (kept !== undefined) clearTimeout(kept.timer);
    const patch = kept?.key === key ? kept.patch : readPatch(repo, question, MOST_CHARACTERS);
    const forget = () => {
      if (kept?.patch === patch) kept = undefined;
    };
    patch.catch(forget);
    kept = { key, patch, timer: setTimeout(forget, KEPT_MS).unref() };
    return patch;
  }

  return async function readPiece(repo: GitRepo, question: PatchQuestion): Promise<PatchPiece> {
    const { offset } = question;
    const first = offset === 0 ? await readPatch(repo, question, PIECE_BYTES + 1) : undefined;
    const { bytes, isWhole } = first ?? (await readKept(repo, question));
    const end = pieceEnd(bytes, offset);
    // Of a first look that was cut short there is always more.
    const isLast = end >= bytes.length && (isWhole || first === undefined);
    return {
      path: question.file.path,
      text: bytes.toString('utf8', offset, end),
      next: isLast ? null : end,
      totalBytes: isWhole ? bytes.length : null,
      isCut: isLast && !isWhole,
    };
  };
}

/** At the end of a line where one ends within a piece, else between two characters. */
export function pieceEnd(bytes: Buffer, offset: number): number {
  const most = offset + PIECE_BYTES;
  if (most >= bytes.length) return Math.max(offset, bytes.length);
  const line = bytes.lastIndexOf('\n', most - 1) + 1;
  if (line > offset) return line;
  let end = most;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return end;
}

const MOST_FILES = 100;
/** A line is rarely shorter than 25 bytes, so more of them would be made in vain. */
const MOST_LINES = 10_000;

/** The first of the files whose whole patches fit into one piece; undefined when not even one does, or it was renamed. */
export async function readWholePatches(
  repo: GitRepo,
  { baseSha, headSha, files }: Pick<PatchQuestion, 'baseSha' | 'headSha'> & { readonly files: readonly DiffFile[] },
): Promise<PatchPiece | undefined> {
  const some = plainFiles(files);
  if (some.length === 0) return undefined;
  // Without renames git cannot join two of them that it did not join among all files.
  const args = [...DIFF, '--no-renames', '--patch', baseSha, headSha, '--', ...some.map(({ path }) => pathspec(path))];
  const { stdout, truncated } = await gitResult(repo, args, { maxBytes: PIECE_BYTES + 1 });
  const bytes = Buffer.from(stdout);
  const isWhole = !truncated && bytes.length <= PIECE_BYTES;
  const end = isWhole ? bytes.length : bytes.lastIndexOf('\ndiff --git ', PIECE_BYTES - 1) + 1;
  const text = bytes.toString('utf8', 0, end);
  const last = isWhole ? some.at(-1) : fileAt(some, text.match(/^diff --git /gm)?.length ?? 0);
  return last === undefined ? undefined : { path: last.path, text, next: null, totalBytes: null, isCut: false };
}

/** The last file of so many parts of a patch. */
function fileAt(files: readonly DiffFile[], parts: number): DiffFile | undefined {
  let left = parts;
  const end = files.findIndex((file) => {
    left -= partsOf(file);
    return left < 0;
  });
  return files[end - 1];
}

/** Git writes the change of a file into a link as two patches. */
const partsOf = ({ status }: DiffFile): number => (status === 'type-changed' ? 2 : 1);

function plainFiles(files: readonly DiffFile[]): DiffFile[] {
  let lines = 0;
  const end = files.slice(0, MOST_FILES).findIndex(({ path, previousPath, additions, deletions }, index) => {
    lines += additions + deletions;
    return previousPath !== null || path.includes('\uFFFD') || (index > 0 && lines > MOST_LINES);
  });
  return files.slice(0, end === -1 ? MOST_FILES : end);
}

async function readPatch(repo: GitRepo, question: PatchQuestion, maxBytes: number): Promise<Patch> {
  const { baseSha, headSha, file } = question;
  // Of a renamed file git must see both.
  const paths = file.previousPath === null ? [file.path] : [file.previousPath, file.path];
  const args = [...DIFF, '--patch', baseSha, headSha, '--', ...paths.map(pathspec)];
  const { stdout, truncated } = await gitResult(repo, args, { maxBytes });
  return { bytes: Buffer.from(stdout), isWhole: !truncated };
}

/**
 * Nothing in a name is a pattern. Only bytes that are no text, and were read as this mark, are left open, so that no name
 * hides what is in the file.
 */
const pathspec = (path: string): string =>
  path.includes('\uFFFD')
    ? `:(glob)${path.replaceAll(/[\\*?[\]]/g, '\\$&').replaceAll('\uFFFD', '*')}`
    : `:(literal)${path}`;
