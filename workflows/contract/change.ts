/** A change, and what is found in it and in the worktree that it comes from. */
import type { SubmitWork } from './agent.ts';

/** A committed change whose checks are green. */
export interface Change {
  readonly headSha: string;
  readonly treeSha: string;
  readonly summary: string;
  /** As its Worker wrote it. */
  readonly commitMessage?: string;
  /** Which side it kept in conflicts. */
  readonly resolved?: NonNullable<SubmitWork['resolved']>;
  /** Tests that it deletes, skips or weakens. */
  readonly weakened?: Findings;
  /** Why its tests are not compared with those of the base: nobody is asked about it. */
  readonly uncompared?: readonly string[];
  /** New files that no one asked for and its Worker keeps, a line for each kind. */
  readonly left?: readonly string[];
  /** What nobody said and its Worker took for granted. */
  readonly assumed?: readonly string[];
  /** Acceptance criteria that its review could not check, the first of them. */
  readonly unchecked?: readonly string[];
  /** Nothing is changed, because what the task asks for is there already. */
  readonly nothingToDo?: string;
  /** The hash of the policy whose checks were green. */
  readonly verifiedUnder?: string;
  /** What was found when it was verified, until that is settled. */
  readonly inspection?: Inspection;
}

/** The same when its review approved it. */
export interface ApprovedChange extends Change {
  /** The diff that a person approved besides. */
  readonly approvedDiff?: string;
}

/** Files of a worktree that git ignores and that set-up did not make: no commit has them. */
export interface IgnoredFiles {
  /** Some of them, and folders that hold many. */
  readonly names: readonly string[];
  readonly total: number;
}

/** New files of one kind that no one asked for. */
export interface LeftoverGroup {
  readonly what: string;
  readonly files: number;
  readonly bytes: number;
  /** The first of them, and the places that most of them are in. */
  readonly examples: readonly string[];
  /** For people: `node_modules: 3,004 files (12.3 MB)`. */
  readonly words: string;
}

/** What a change leaves behind. */
export interface Leftovers {
  readonly groups?: readonly LeftoverGroup[];
  /** Symbolic links that lead out of the tree, each with its target. */
  readonly outside?: readonly string[];
}

/** Findings that wait for a person. */
export interface Findings {
  /** One line each, the first of them. */
  readonly lines: readonly string[];
  readonly total: number;
  /** Equal when nothing else was found: what a person allowed needs no second look. */
  readonly hash: string;
}

/** What a change is inspected against. */
export interface InspectionScope {
  /** What the target branch has already is no part of the change. */
  readonly targetBranch: string;
  /** The task's own text: test files that it names may change what they expect, and files that it names are asked for. */
  readonly criteria: string;
}

/** What an inspection found; a part is left out where it found nothing. */
export interface Inspection {
  readonly protected?: Findings;
  readonly weakened?: Findings;
  /** Why tests are not compared with those of the base, where nothing was found either: to be read, and no question. */
  readonly uncompared?: readonly string[];
  /** New files that no one asked for, and links that lead out of the tree. */
  readonly leftovers?: Leftovers;
}

/** Where something looks like a key, and what kind. */
export interface Secret {
  readonly kind: string;
  readonly file: string;
  readonly line: number;
  /** Its value by name, and as much of it as may be shown. Left out of marks, and by hosts of an earlier version. */
  readonly hash?: string;
  readonly shown?: string;
}
