/** The files of a worktree as a git tree, taken with an index of its own: branch and index stay as they are. */
import { constants } from 'node:fs';
import { access, lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '../../clients/git/git.ts';
import type { Ref } from '../../clients/git/refs.ts';
import { copyIndex, dropNote, type IndexNote, readNote, writeNote } from '../../clients/git/snapshot-index.ts';
import { filterSettings } from '../../clients/lfs/host-objects.ts';
import { exists } from '../../clients/read-if-there.ts';
import { syncSubmodules } from '../../clients/submodules/sync.ts';
import { type JudgedFiles, judgeFiles } from '../lfs/judge-files.ts';
import { isDraft } from '../tools/edit-journal.ts';
import { readFilters } from './filters.ts';
import { matchesIndex } from './matches-index.ts';
import { headOf, type Worktree } from './worktree-state.ts';

const LARGEST_FILE_BYTES = 50 * 1024 * 1024;
const MOST_REPORTED = 100;
/** A snapshot that is ended half-way keeps what it has put into the index, by so many files each time. */
const FILES_AT_ONCE = 25_000;

export interface Snapshot {
  readonly tree: string;
  /** Paths that are not in the tree, each with the reason, but for the ignored ones. */
  readonly unwelcome: string[];
  readonly ignored: readonly string[];
  /** Of these, the ones that a program would have to encrypt or convert. */
  readonly filtered: string[];
  /** Of these, what was made of submodules and no commit of this repository can hold. */
  readonly submodules: readonly string[];
  /** Of these, files of Git LFS whose content is nowhere, each with the reason. */
  readonly lfs: readonly string[];
}

/** Takes the tree. Idempotent: the same files are the same tree. */
export async function takeSnapshot(worktree: Worktree, filesAtOnce = FILES_AT_ONCE): Promise<Snapshot> {
  const { repo, snapshots } = worktree;
  const note = await readNote(snapshots);
  if (note !== undefined && isAsNoted(worktree, note)) return snapshot(note.tree, [], note.ignored);
  if (snapshots.indexFile === undefined || !(await exists(snapshots.indexFile))) {
    await dropNote(snapshots);
    await copyIndex(repo, snapshots);
  }
  const { moved, problems } = await syncSubmodules(worktree, async () => (await headOf(worktree)).sha);
  await updatePointers(worktree, moved);
  const settings = await filterSettings(worktree.bare);
  const { deleted, changed, ignored, drafts } = await readStatus(worktree, settings);
  // An edit whose process was killed, and that was cancelled before another try, has left them.
  await Promise.all(drafts.map((path) => rm(join(worktree.path, path), { force: true })));
  const filters = await readFilters(worktree, changed, { except: settings.length === 0 ? undefined : 'lfs' });
  const { stored, problems: lfs } = settings.length === 0 ? NO_LFS : await judgeFiles(worktree, changed);
  const reasonOf = async (path: string) => {
    const filter = filters.get(path);
    if (filter !== undefined) return `filter=${filter}, which the factory does not run`;
    return lfs.get(path) ?? (await unfit(worktree.path, path, stored.has(path) ? Infinity : LARGEST_FILE_BYTES));
  };
  const verdicts = await Promise.all(changed.map(async (path) => ({ path, reason: await reasonOf(path) })));
  const paths = verdicts.flatMap(({ path, reason }) => (reason === undefined ? [path] : []));
  const unwelcome = verdicts.flatMap(({ path, reason }) => (reason === undefined ? [] : [`${path} (${reason})`]));
  // First what is gone: a file may now stand where a folder was.
  await updateIndex(worktree, ['--force-remove'], deleted, []);
  for (let at = 0; at < paths.length; at += filesAtOnce) {
    await updateIndex(worktree, ['--add', '--remove', '--replace'], paths.slice(at, at + filesAtOnce), settings);
  }
  const tree = (await readNote(snapshots))?.tree ?? (await git(snapshots, ['write-tree'])).trim();
  await writeNote(snapshots, { tree, ignored });
  const refused = [...lfs].map(([path, reason]) => `${path} (${reason})`);
  const found = { filtered: [...filters.keys()], submodules: problems, lfs: refused };
  return snapshot(tree, [...unwelcome, ...problems], ignored, found);
}

const NO_LFS: JudgedFiles = { stored: new Set(), problems: new Map() };

const snapshot = (
  tree: string,
  unwelcome: string[],
  ignored: readonly string[],
  found: Pick<Snapshot, 'filtered' | 'submodules' | 'lfs'> = { filtered: [], submodules: [], lfs: [] },
): Snapshot => ({ tree, unwelcome, ignored, ...found });

function isAsNoted({ path, snapshots }: Worktree, { ignored }: IndexNote): boolean {
  return snapshots.indexFile !== undefined && matchesIndex(path, snapshots.indexFile, ignored);
}

/** What a worktree holds beyond a commit and ignored files. */
export async function uncommitted(worktree: Worktree, commit: Ref): Promise<string[]> {
  const { tree, unwelcome } = await takeSnapshot(worktree);
  if (tree === commit.tree) return unwelcome;
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', commit.tree, tree];
  const changed = (await git(worktree.bare, args)).split('\0').filter((path) => path !== '');
  return [...changed, ...unwelcome];
}

/** Where submodules point to; one that is none any more makes room for files. */
async function updatePointers(worktree: Worktree, moved: ReadonlyMap<string, string | undefined>): Promise<void> {
  if (moved.size === 0) return;
  await dropNote(worktree.snapshots);
  const lines = [...moved].map(
    ([path, commit = '']) => `${commit === '' ? `0 ${NONE}` : `160000 ${commit}`}\t${path}\0`,
  );
  await git(worktree.snapshots, ['update-index', '-z', '--index-info'], { input: lines.join('') });
}

const NONE = '0'.repeat(40);

async function updateIndex(worktree: Worktree, options: string[], paths: string[], settings: readonly string[]) {
  if (paths.length === 0) return;
  await dropNote(worktree.snapshots);
  const input = paths.map((path) => `${path}\0`).join('');
  await git(worktree.snapshots, ['update-index', ...options, '-z', '--stdin'], { input, settings });
}

/** What differs from the snapshot index, and what is ignored. Files that were only touched are noted in the index. */
async function readStatus(worktree: Worktree, settings: readonly string[]) {
  const options = ['--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignored=matching'];
  const args = ['status', ...options, '--ignore-submodules=all'];
  const output = await git(worktree.snapshots, args, { mayRefreshIndex: true, settings });
  const none: string[] = [];
  const found = { deleted: [...none], changed: [...none], ignored: [...none], drafts: [...none] };
  for (const line of output.split('\0')) {
    const path = line.slice(3);
    if (line.startsWith('!!')) found.ignored.push(path);
    else if (line.startsWith('??') && isDraft(path)) found.drafts.push(path);
    else if (line[1] === 'D') found.deleted.push(path);
    else if (path !== '' && line[1] !== ' ') found.changed.push(path);
  }
  return found;
}

/** Why a path cannot be in a commit; undefined when it can, or when it is gone. */
async function unfit(root: string, path: string, mostBytes: number): Promise<string | undefined> {
  if (path.endsWith('/')) return 'a repository inside the repository';
  const file = join(root, path);
  const facts = await lstat(file).catch(() => undefined);
  if (facts === undefined) return path.includes('\uFFFD') ? 'its name is not UTF-8' : undefined;
  if (facts.isSymbolicLink() || facts.isDirectory()) return undefined;
  if (!facts.isFile()) return 'not a file';
  if (facts.size > mostBytes) return 'over 50 MB';
  return await access(file, constants.R_OK).then(
    () => undefined,
    () => 'not readable',
  );
}

export function shortened(paths: string[]): string[] {
  const more = paths.length - MOST_REPORTED;
  return more <= 0 ? paths : [...paths.slice(0, MOST_REPORTED), `… and ${more} more`];
}
