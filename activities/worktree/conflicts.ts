/** The conflicts of a merge: each with its paths, its kind, what both sides did, and what naming a side makes of it. Pure. */

import type { MergeReport, Stage } from '../../clients/git/merge-report.ts';
import type { Patch } from '../../clients/git/patch-tree.ts';
import type { Conflict, ConflictKind } from '../../workflows/contract/conflict.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { type ConflictGroup, groupPaths, type MergeSides } from './conflict-groups.ts';
import { kindOf, wordsOf } from './conflict-words.ts';

export interface FoundConflict extends Conflict {
  /** Names that this merge made, which nobody may keep. */
  readonly made: readonly string[];
  /** What lies there is both sides' work whole, so it may stay when the Worker says why. */
  readonly mayKeepBoth: boolean;
  /** What keeping a side by its name changes; undefined where only a hand can settle it. */
  readonly sides?: { readonly task: Patch; readonly base: Patch };
}

/** In the order of their paths. */
export function findConflicts(report: MergeReport, sides: MergeSides): FoundConflict[] {
  return groupPaths(report)
    .map((group) => describe(group, sides))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function describe(group: ConflictGroup, sides: MergeSides): FoundConflict {
  const kind = kindOf(group);
  const made = group.paths.filter((path) => isMade(path, sides));
  const names = group.paths.filter((path) => !made.includes(path));
  const patches = patchesOf(kind, group, made);
  const path = mainPath(kind, group, names);
  return {
    path,
    kind,
    others: group.paths.filter((each) => each !== path),
    made,
    ...wordsOf({ kind, group, made, path, sides }),
    mayKeepBoth: KEEPS_BOTH.has(kind),
    ...defined({ sides: patches }),
  };
}

const KEEPS_BOTH: ReadonlySet<ConflictKind> = new Set(['rename/rename', 'location', 'other']);

/** `a.txt~<commit>`, or `a.txt~<commit>_0` where that name was taken. */
const isMade = (path: string, { ours, theirs }: MergeSides): boolean =>
  [ours, theirs].some((sha) => new RegExp(`~${sha}(_\\d+)?$`).test(path));

/** The name that people know it by: the former one where both sides gave it another. */
function mainPath(kind: ConflictKind, { paths, stages, messages }: ConflictGroup, names: readonly string[]): string {
  const [first = ''] = names.length > 0 ? names : paths;
  if (kind === 'rename/rename') return stages.find(({ stage }) => stage === 1)?.path ?? first;
  if (kind === 'rename/delete') return messages.find(({ type }) => type === kind)?.paths[0] ?? first;
  return first;
}

function patchesOf(kind: ConflictKind, group: ConflictGroup, made: readonly string[]): FoundConflict['sides'] {
  const { paths, stages, messages } = group;
  // What git calls them cannot be said back to it.
  if (paths.some((path) => path.includes('\uFFFD'))) return undefined;
  // Paths that more than one move brought together have no two sides.
  if (new Set(messages.map(({ type }) => type).filter((type) => type !== 'stages' && type !== 'binary')).size > 1) {
    return undefined;
  }
  const entry = (stage: 2 | 3) => stages.find((each) => each.stage === stage);
  const [task, base] = [entry(2), entry(3)];
  const without = (more: readonly string[]): Patch => new Map(more.map((path) => [path, undefined] as const));
  const [name = ''] = paths.filter((path) => !made.includes(path));
  switch (kind) {
    case 'rename/rename':
      if (task === undefined || base === undefined || stages.length !== 3) return undefined;
      return { task: without([base.path]), base: without([task.path]) };
    case 'location':
      return patchesOfLocation(group);
    case 'file/folder': {
      const file = task ?? base;
      if (file === undefined || (task !== undefined && base !== undefined) || made.length !== 1) return undefined;
      const [folder, asFile] = [without(made), new Map([...without(made), [name, file] as const])];
      return task === undefined ? { task: folder, base: asFile } : { task: asFile, base: folder };
    }
    case 'other':
    case 'undone':
      return undefined;
    default: {
      // One path, beside it perhaps a name that the merge made: a side without a version has deleted it.
      const at = kind === 'rename/delete' ? (task ?? base)?.path : name;
      if (at === undefined || stages.some(({ path }) => path !== at && !made.includes(path))) return undefined;
      const side = (version: Stage | undefined): Patch => new Map([...without(made), [at, version] as const]);
      return { task: side(task), base: side(base) };
    }
  }
}

/** One side added a file in a folder that the other renamed; the merge moved it along. */
function patchesOfLocation({ stages, messages }: ConflictGroup): FoundConflict['sides'] {
  const [to = '', from = ''] = messages.find(({ type }) => type === 'location')?.paths ?? [];
  const [added] = stages;
  if (added === undefined || stages.length !== 1 || added.path !== to) return undefined;
  const [back, stays] = [new Map([[to, undefined] as const, [from, added] as const]), new Map()] as const;
  return added.stage === 2 ? { task: back, base: stays } : { task: stays, base: back };
}
