/** What a rewritten base has dropped: it stays on this host, in whatever worktree it comes up again. */
import { holds, holdsDropped } from '../../clients/git/base-branch.ts';
import { git } from '../../clients/git/git.ts';
import { moveRefs, type Ref, readCommit } from '../../clients/git/refs.ts';
import type { Clone } from '../../clients/git/repository.ts';
import { headMove, headOf, type Worktree } from './worktree-state.ts';

/** Files that are as the dropped commits had them, and as the base has them nowhere. */
export async function droppedFiles(
  bare: Clone,
  { from, onto, tree }: { readonly from: string; readonly onto: string; readonly tree: string },
): Promise<string[]> {
  const args = ['diff-tree', '-r', '-z', '--no-renames', onto, tree];
  const fields = (await git(bare, args)).split('\0');
  const changed: { path: string; blob: string }[] = [];
  // `:<mode> <mode> <object> <object> <letter>`, then the path.
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const blob = fields[at]?.split(' ')[3] ?? '';
    if (!/^0+$/.test(blob)) changed.push({ path: fields[at + 1] ?? '', blob });
  }
  if (changed.length === 0) return [];
  const dropped = await droppedObjects(bare, from, onto);
  const found = changed.filter(({ blob }) => dropped.has(blob));
  if (found.length === 0) return [];
  const blobsOf = async (commit: string) =>
    (await git(bare, ['ls-tree', '-r', '-z', '--format=%(objectname)', commit])).split('\0');
  const there = new Set([...(await blobsOf(onto)), ...(await blobsOf(bare.base?.sha ?? onto)), EMPTY]);
  return found.flatMap(({ blob, path }) => (there.has(blob) ? [] : [path]));
}

/** The empty blob, which is in too many commits to say anything. */
const EMPTY = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';

const KNOWN = new Map<string, ReadonlySet<string>>();
const MOST_KNOWN = 8;

async function droppedObjects(bare: Clone, from: string, onto: string): Promise<ReadonlySet<string>> {
  const key = `${bare.gitDir} ${from} ${onto}`;
  const known = KNOWN.get(key);
  if (known !== undefined) return known;
  const args = ['rev-list', '--objects', '--no-object-names', from, `^${onto}`];
  const found = new Set((await git(bare, args)).split('\n'));
  const [oldest] = KNOWN.size < MOST_KNOWN ? [] : KNOWN.keys();
  if (oldest !== undefined) KNOWN.delete(oldest);
  KNOWN.set(key, found);
  return found;
}

/** Returns the dropped files that `tree` holds after a take-over; none once the base holds their commits again. */
export async function droppedFrom({ bare, state }: Worktree, tree: string): Promise<string[]> {
  const { takenOver, base } = state;
  if (takenOver === undefined) return [];
  const { from, onto } = takenOver;
  return (await holds(bare, base?.sha ?? onto, from)) ? [] : await droppedFiles(bare, { from, onto, tree });
}

/** Where its work was taken over, a branch that was led back to the dropped history leaves it again; the files stay. */
export async function leaveDropped(worktree: Worktree, head: Ref): Promise<Ref> {
  const { bare, repo, state } = worktree;
  const { takenOver } = state;
  if (takenOver === undefined || !(await holdsDropped(bare, bare, head.sha))) return head;
  await moveRefs(bare, [headMove(worktree, head.sha, takenOver.headSha)]);
  const back = await readCommit(bare, (await headOf(worktree)).sha);
  await git(repo, ['read-tree', '--reset', back.tree]);
  return back;
}
