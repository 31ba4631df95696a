/**
 * The merge of a take-over that met conflicts, laid between commits that may leave the host: beside the task's own
 * files they hold only what the new base has, or had before it was rewritten.
 */
import { commonBase } from '../../clients/git/ancestry.ts';
import { type Author, type GitRepo, git } from '../../clients/git/git.ts';
import type { Stage } from '../../clients/git/merge-report.ts';
import { writeLoose } from '../../clients/git/objects.ts';
import { type Patch, patchTree } from '../../clients/git/patch-tree.ts';
import { type Ref, readCommit } from '../../clients/git/refs.ts';
import { commitTree, type MergedTrees, mergeTrees } from './commits.ts';
import type { MergeSides } from './conflict-groups.ts';
import { type FoundConflict, findConflicts } from './conflicts.ts';

type Entry = Pick<Stage, 'mode' | 'blob'>;
type Entries = ReadonlyMap<string, Entry>;

interface Replanting {
  /** The dropped commit that the work stands on, and the one that it is to stand on. */
  readonly from: string;
  readonly onto: Ref;
  readonly tree: string;
}

export type Replanted = MergedTrees & { readonly sides: MergeSides };

/** Applies what a tree changes against `from` to another commit: a merge whose sides have nothing else in common. */
export async function replant(bare: GitRepo, { from, onto, tree }: Replanting): Promise<Replanted> {
  const { tree: before } = await readCommit(bare, from);
  const sides = await makeSides(bare, { before, task: tree, base: onto.tree });
  if (before === tree) return { kind: 'clean', tree: onto.tree, sides };
  return { ...(await mergeTrees(bare, { ...sides, base: sides.theirs })), sides };
}

export interface TakeOverMerge {
  readonly sides: MergeSides;
  /** What the merge leaves to be settled. */
  readonly tree: string;
  /** All that becomes public with it beside the new base. */
  readonly shown: readonly string[];
  readonly conflicts: readonly FoundConflict[];
}

/**
 * The same conflicts between sides that hold nothing of the dropped history: outside of the conflicts both are as the
 * merge left them, and where they parted there is a public version, or one that only stands for it.
 */
export async function publicMerge(
  bare: GitRepo,
  replanting: Replanting,
  replanted: Extract<Replanted, { kind: 'conflict' }>,
  author: Author | undefined,
): Promise<TakeOverMerge> {
  const { from, onto, tree } = replanting;
  const found = findConflicts(replanted.report, replanted.sides);
  const paths = [...new Set(found.flatMap(({ path, others }) => [path, ...others]))];
  const former = await commonBase(bare, from, onto.sha);
  const [before, task, base, left, shared] = await Promise.all([
    entriesOf(bare, from, paths),
    entriesOf(bare, tree, paths),
    entriesOf(bare, onto.tree, paths),
    entriesOf(bare, replanted.tree, paths),
    former === undefined ? new Map<string, Entry>() : entriesOf(bare, former, paths),
  ]);
  const isPublic = (path: string, entry: Entry) => [base, shared].some((known) => isSame(known.get(path), entry));
  const nothing = await writeLoose(bare, 'blob', Buffer.from(''));
  const standIn = await writeLoose(bare, 'blob', Buffer.from('\n'));
  const parted = new Map<string, Entry>();
  const ours = new Map(task);
  for (const { path: name, others } of found) {
    const group = [name, ...others];
    for (const [path, entry] of within(before, group)) {
      const [mine, theirs] = [task.get(path), base.get(path)];
      if (isPublic(path, entry)) parted.set(path, entry);
      else if (mine === undefined && theirs === undefined) {
        // Renamed: what was merged of the two lies at the new names.
        const named = newNames(group, { before, sides: [base, task] });
        if (named !== undefined) parted.set(path, { mode: entry.mode, blob: named.blob });
        for (const [each] of within(task, group))
          if (!before.has(each)) ours.set(each, left.get(each) ?? (ours.get(each) as Entry));
      } else {
        const blob = [left.get(path)?.blob, nothing, standIn].find(
          (one) => one !== undefined && one !== mine?.blob && one !== theirs?.blob,
        );
        parted.set(path, {
          mode: entry.mode,
          blob: mine?.blob === theirs?.blob ? (mine as Entry).blob : (blob as string),
        });
      }
    }
  }
  const made = { onto, tree: replanted.tree, base, left, author };
  const merge = await makeMerge(bare, { ...made, parted, ours });
  const isMissing = ({ path, kind }: FoundConflict) =>
    !merge.conflicts.some(
      (each) => [each.path, ...each.others].includes(path) && (each.kind === kind || each.path === path),
    );
  const missing = found.filter(isMissing);
  if (missing.length === 0) return merge;
  // What only the names of other files tell is asked about as a file that one side has and the other has not.
  for (const { path: name, others } of missing) {
    for (const [path, entry] of within(left, [name, ...others])) {
      ours.set(path, entry);
      if (base.has(path)) parted.delete(path);
      else parted.set(path, { mode: entry.mode, blob: entry.blob === nothing ? standIn : nothing });
    }
  }
  return await makeMerge(bare, { ...made, parted, ours });
}

interface Making {
  readonly onto: Ref;
  readonly tree: string;
  readonly base: Entries;
  readonly left: Entries;
  readonly parted: Entries;
  readonly ours: Entries;
  readonly author: Author | undefined;
}

async function makeMerge(bare: GitRepo, making: Making): Promise<TakeOverMerge> {
  const { onto, tree, base, left, parted, ours, author } = making;
  const [before, task] = await Promise.all([
    patchTree(bare, onto.tree, [gone(base), parted]),
    patchTree(bare, tree, [gone(left), ours]),
  ]);
  const sides = await makeSides(bare, { before, task, base: onto.tree, parent: onto.sha, author });
  const merge = await mergeTrees(bare, { ...sides, base: sides.theirs });
  const conflicts = merge.kind === 'clean' ? [] : findConflicts(merge.report, sides);
  return { sides, tree: merge.tree, shown: [before, task, merge.tree], conflicts };
}

const gone = (entries: Entries): Patch => new Map([...entries.keys()].map((path) => [path, undefined] as const));

/** Two commits on one that has what both began with. The same trees are the same commits. */
async function makeSides(
  bare: GitRepo,
  input: { before: string; task: string; base: string; parent?: string; author?: Author | undefined },
): Promise<MergeSides> {
  const { parent, author } = input;
  const make = (tree: string, message: string, parents: string[]) =>
    commitTree(bare, { tree, parents, message, at: 0, author });
  const before = await make(input.before, 'Where the sides of a take-over part', parent === undefined ? [] : [parent]);
  const [ours, theirs] = await Promise.all([
    make(input.task, 'The task’s side of its take-over', [before]),
    make(input.base, 'The new base’s side of a take-over', [before]),
  ]);
  return { ours, theirs };
}

/** At these paths, and below those that are folders. */
async function entriesOf(bare: GitRepo, tree: string, paths: readonly string[]): Promise<Map<string, Entry>> {
  const format = '--format=%(objectmode) %(objectname) %(path)';
  const listed = await git(bare, ['ls-tree', '-r', '-z', '--full-tree', format, tree, '--', ...paths]);
  return new Map(
    listed.split('\0').flatMap((line) => {
      const [, mode, blob, path] = /^(\d+) ([0-9a-f]+) (.*)$/s.exec(line) ?? [];
      return mode === undefined || blob === undefined || path === undefined ? [] : [[path, { mode, blob }] as const];
    }),
  );
}

const within = (entries: Entries, group: readonly string[]): [string, Entry][] =>
  [...entries].filter(([path]) => group.some((name) => path === name || path.startsWith(`${name}/`)));

/** A version at a name of the group that one side gave it. */
const newNames = (group: readonly string[], { before, sides }: { before: Entries; sides: readonly Entries[] }) =>
  sides.flatMap((side) => within(side, group)).find(([path]) => !before.has(path))?.[1];

const isSame = (one: Entry | undefined, other: Entry): boolean => one?.blob === other.blob && one.mode === other.mode;
