/** Moving LFS objects from one store of this machine to another: those of a tree, or of new commits. */
import { finalFailure } from '../failures.ts';
import { type GitRepo, git } from '../git/git.ts';
import { progressReporter } from '../progress.ts';
import { type LfsFile, listLfsFiles, readPointers } from './attributes.ts';
import type { Pointer } from './pointer.ts';
import { hasObject, type ObjectMove } from './store.ts';

export interface Route {
  /** Where commits and trees are read. */
  readonly repo: GitRepo;
  readonly from: string;
  readonly to: string;
  readonly put: (move: ObjectMove) => Promise<void>;
  /** Names the repository that lacks an object that is nowhere, and the remedy. */
  readonly lacking: string;
  readonly remedy: string;
}

/**
 * Moves what the files of a tree need. Idempotent: an object that is there stays.
 * Fails LfsObjectMissing (final) when neither has one.
 */
export async function moveTreeObjects(route: Route, tree: string): Promise<void> {
  const { repo, to } = route;
  const files = (await listLfsFiles(repo, tree)).filter(({ pointer }) => pointer !== undefined);
  const missing: LfsFile[] = [];
  const wanted: Pointer[] = [];
  for (const file of files) {
    const pointer = file.pointer as Pointer;
    if (await hasObject(to, pointer)) continue;
    if (await hasObject(route.from, pointer)) wanted.push(pointer);
    else missing.push(file);
  }
  if (missing.length > 0) throw missingObjects(missing, route);
  await moveAll(route, wanted);
}

export interface NewCommits {
  readonly commits: readonly string[];
  /** Commits whose objects are where these go. */
  readonly known: readonly (string | undefined)[];
}

/**
 * Moves all that new commits point to, in whatever of their versions. Idempotent, as above. An object that only a commit
 * in between names, and that is nowhere, is left; one of the files at the end fails LfsObjectMissing (final).
 */
export async function moveCommitObjects(route: Route, { commits, known }: NewCommits): Promise<void> {
  const { from, to, repo } = route;
  const wanted: Pointer[] = [];
  const missing = new Set<string>();
  for (const pointer of await newPointers(repo, { commits, known })) {
    if (await hasObject(to, pointer)) continue;
    if (await hasObject(from, pointer)) wanted.push(pointer);
    else missing.add(pointer.oid);
  }
  await moveAll(route, wanted);
  if (missing.size === 0) return;
  for (const commit of commits) {
    const files = await listLfsFiles(repo, commit);
    const lost = files.filter(({ pointer }) => pointer !== undefined && missing.has(pointer.oid));
    if (lost.length > 0) throw missingObjects(lost, route);
  }
}

async function moveAll({ repo, from, to, put }: Route, pointers: readonly Pointer[]): Promise<void> {
  if (pointers.length === 0) return;
  const report = progressReporter();
  try {
    for (const [at, pointer] of pointers.entries()) {
      report(`copies objects of Git LFS, ${at + 1} of ${pointers.length}`);
      await put({ from, to, pointer, signal: repo.signal });
    }
  } finally {
    report(undefined);
  }
}

async function newPointers({ gitDir, signal }: GitRepo, { commits, known }: NewCommits): Promise<Pointer[]> {
  const repo = { gitDir, signal };
  const without = known.flatMap((commit) => (commit === undefined ? [] : [`^${commit}`]));
  const input = [...commits, ...without].map((commit) => `${commit}\n`).join('');
  const args = ['rev-list', '--objects', '--no-object-names', '--ignore-missing', '--stdin'];
  const objects = (await git(repo, args, { input })).split('\n').filter(Boolean);
  return [...(await readPointers(repo, objects)).values()];
}

const MOST_NAMED = 5;

export function missingObjects(files: readonly LfsFile[], { lacking, remedy }: Pick<Route, 'lacking' | 'remedy'>) {
  const named = files.slice(0, MOST_NAMED).map(({ path, pointer }) => `${path} (sha256:${pointer?.oid})`);
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : '';
  const what = files.length === 1 ? 'lacks an object' : `lacks ${files.length} objects`;
  return finalFailure('LfsObjectMissing', `${lacking} ${what} of Git LFS: ${named.join(', ')}${more}; ${remedy}`);
}
