/** Whether what a Worker handed in settles a conflict: by its content, or by a side that the Worker names. Pure. */
import type { Patch } from '../../clients/git/patch-tree.ts';
import type { ConflictKind, ResolvedConflict } from '../../workflows/contract/conflict.ts';
import type { FoundConflict } from './conflicts.ts';

/** The files that were handed in, against what the merge left. */
export interface HandedIn {
  /** It, or something below it, is not as the merge left it. */
  readonly isTouched: (path: string) => boolean;
  readonly isGone: (path: string) => boolean;
  /** A marker of this very merge is in it. */
  readonly hasMarker: (path: string) => boolean;
  /** More separators of markers than the two sides have of their own. */
  readonly hasSeparator: (paths: readonly string[]) => boolean;
}

export type Verdict =
  | { readonly kind: 'settled'; readonly patch?: Patch }
  | { readonly kind: 'unsettled'; readonly problem: string };

/** A side is only ever kept where the Worker names it and has not touched what the merge left. */
export function judgeConflict(
  conflict: FoundConflict,
  named: ResolvedConflict | undefined,
  handedIn: HandedIn,
): Verdict {
  const { path, others, made, kind } = conflict;
  const paths = [path, ...others];
  const isTouched = paths.some(handedIn.isTouched);
  const patch = isTouched || named === undefined || named.keep === 'both' ? undefined : conflict.sides?.[named.keep];
  const isReplaced = (each: string) => patch?.has(each) === true;
  const leftover = made.find((each) => !handedIn.isGone(each) && !isReplaced(each));
  const marked = paths.find((each) => handedIn.hasMarker(each) && !isReplaced(each));
  if (leftover !== undefined && isTouched) {
    return unsettled(`${leftover} is a name that the merge made: take over what is in it, and delete it`);
  }
  if (marked !== undefined) return unsettled(`${marked} still holds markers of this merge: ${BY_HAND[kind] ?? WRITE}`);
  if (patch !== undefined) return { kind: 'settled', patch };
  if (!isTouched) return judgeUntouched(conflict, named);
  if (named !== undefined) return { kind: 'settled' };
  if (kind === 'rename/rename' && others.filter((each) => !handedIn.isGone(each)).length > 1) {
    return unsettled(`both new names are still there: delete one, ${OR_NAME}`);
  }
  if (handedIn.hasSeparator(paths)) {
    return unsettled('it has a line ======= more than the two sides: take it out, or name the path in resolved');
  }
  return { kind: 'settled' };
}

function judgeUntouched(conflict: FoundConflict, named: ResolvedConflict | undefined): Verdict {
  const { kind, left, mayKeepBoth } = conflict;
  if (named === undefined) return unsettled(`it is as the merge left it (${left}): ${BY_HAND[kind] ?? WRITE}`);
  if (named.keep === 'both' && mayKeepBoth) return { kind: 'settled' };
  return unsettled(`keep: ${named.keep} cannot be done for you here: ${BY_HAND[kind] ?? WRITE}`);
}

const unsettled = (problem: string): Verdict => ({ kind: 'unsettled', problem });

const OR_NAME = 'or name the side in resolved, and why';
const WRITE = `write what both sides want, ${OR_NAME}`;

/** The remedy for what cannot be settled by editing lines. */
const BY_HAND: Partial<Record<ConflictKind, string>> = {
  binary: `write the right version (git show <commit>:<path> has either), ${OR_NAME}`,
  mode: `set the mode that is right, ${OR_NAME}`,
  submodule: 'name the side in resolved, and why',
  'modify/delete': `delete it, or change it so that both wishes are met, ${OR_NAME}`,
  'rename/delete': `delete it, or change it so that both wishes are met, ${OR_NAME}`,
  'rename/rename': `delete one of the two names, ${OR_NAME} (both: the two stay)`,
  'file/link': `leave one of them at its name and delete the ~ name, ${OR_NAME}`,
  'file/folder': `leave the file or the folder at its name and delete the ~ name, ${OR_NAME}`,
  location: `move it to where it belongs, ${OR_NAME} (both: it stays where it is)`,
  other: `settle it by hand, or name it in resolved with keep: both if all is well as it is, and why`,
};
