/** The script of a workflow test: where its stand-ins do something other than succeed. */
import type { TakeTurnInput, TurnResult } from '../../activities/agent/take-turn.ts';
import type { ReadBasePolicyInput } from '../../activities/base-policy.ts';
import type { MergeTargetInput } from '../../activities/worktree/merge-target.ts';
import type { Findings, IgnoredFiles, Inspection, Secret } from '../../workflows/contract/change.ts';
import type { Conflict, ResolvedConflict } from '../../workflows/contract/conflict.ts';
import type { LeaveHostResult, Placement } from '../../workflows/contract/placement.ts';
import type { PolicyNews } from '../../workflows/contract/policy.ts';
import type { Checks, PullRequestView, SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import type { BranchComparison, CheckpointResult, SecretsAllowed } from '../../workflows/contract/worktree.ts';

export interface ToolInput {
  agentId: string;
  turn: number;
  toolUseId: string;
  taskKey?: string;
  /** Only the last change of a turn asks for it. */
  checkpoint?: SecretsAllowed;
}

type MergeKind = 'unchanged' | 'merged' | 'conflict' | undefined;

/** Absent parts succeed at once. Each may wait or throw. */
export interface Script {
  /** The host that claims slots; `stage` by default. */
  host?: string;
  /** Around the claim of a slot, which takes effect with `claim`. */
  claimHost?: (holder: string, claim: () => Promise<Placement>) => Promise<Placement>;
  openEpic?: (epicId: string, run: number) => Promise<void> | void;
  /** factory.yaml of the base branch by now; the pinned one by default. */
  basePolicy?: (input: ReadBasePolicyInput) => PolicyNews | undefined | Promise<PolicyNews | undefined>;
  takeTurn?: (input: TakeTurnInput) => Promise<TurnResult | undefined> | TurnResult | undefined;
  checkpoint?: (turn: number) => Partial<CheckpointResult>;
  bash?: (input: ToolInput) => Promise<void> | void;
  /** The checkpoint that the last change of a turn takes along; none by default, so that it is an activity of its own. */
  checkpointWithCall?: (turn: number) => Partial<CheckpointResult> | undefined;
  /** The hash of what a command printed; none by default. */
  shortHash?: (input: ToolInput) => string;
  openRound?: (taskKey: string, kind: string) => Promise<void> | void;
  verify?: (taskKey: string, run: number, policyHash?: string) => Promise<boolean> | boolean;
  /** What the task's worktree holds that git ignores. */
  ignoredFiles?: (taskKey: string) => IgnoredFiles | undefined;
  /** The untouched base is red too. */
  isBaseRed?: (taskKey: string, policyHash?: string) => boolean;
  /** Of these tasks, all on top of each other. */
  verifyTogether?: (taskKeys: readonly string[]) => boolean;
  mergeTarget?: (taskKey: string, run: number) => Promise<MergeKind> | MergeKind;
  /** The source's base branch and what was merged conflict in these files. May throw, as for a base that was rewritten. */
  updateBase?: (known: string | undefined) => string[] | undefined;
  /** May throw, as where the epic's branch cannot be taken over. */
  takeOverEpic?: () => void;
  /** What the files conflict in that are taken over onto this base; by default nothing is taken over. */
  takeOver?: (taskKey: string, baseSha: string | undefined) => string[] | undefined;
  /** 'nothing': the worktree is as the branch was; 'same': as it was committed last. A list: conflicts not settled. */
  commitChange?: (
    taskKey: string,
    run: number,
    resolved: readonly ResolvedConflict[],
  ) => 'nothing' | 'same' | Conflict[] | undefined;
  /** The protected paths that a merge of the target brings; none by default. */
  mergedProtected?: (taskKey: string, protection: MergeTargetInput['protection']) => Findings | undefined;
  /** The protected paths and weakened tests of a change; none by default. */
  inspect?: (taskKey: string, run: number) => Inspection | undefined;
  /** May return what looks like a secret. */
  pushBranch?: (taskKey: string, run: number, allowedSecrets?: readonly string[]) => Secret[] | undefined;
  /** The supervisor never hears of failures. */
  isEscalationLost?: boolean;
  /** Who is asked to end goes on. */
  isCancellationLost?: boolean;
  /** This branch's pull request was merged in an earlier life of its task. */
  isMergedBefore?: (head: string) => boolean;
  /** May throw, as a forge does that opens none, or return what somebody has made of it. */
  openPullRequest?: (head: string, run: number, reopens: boolean) => Partial<PullRequestView> | undefined;
  /** Changes that somebody made to this branch's pull request since: its state, head, and feedback. */
  readPullRequest?: (
    head: string,
    run: number,
  ) => Promise<Partial<SeenPullRequest> | undefined> | Partial<SeenPullRequest> | undefined;
  readChecks?: (head: string, run: number, headSha: string) => Partial<Checks> | undefined;
  /** The checks that can be run again; none by default. */
  rerunChecks?: (head: string) => string[];
  /** Where the forge's branch is, against where it was left; the same by default. */
  compareBranch?: (taskKey: string, run: number) => BranchComparison | undefined;
  /** May throw, as a forge does that takes no answer. */
  answerFeedback?: (key: string) => void;
  /** May throw, as a forge does that takes no verdict. */
  reviewPullRequest?: (run: number) => void;
  /** With the commit of the base that the work is built on besides. */
  mergePullRequest?: (head: string, run: number, standsOn: string | undefined) => Promise<void> | void;
  /** The tree that came out of the merge, where that is not the verified one. */
  mergedTree?: (head: string) => string | undefined;
  /** May throw, as where the base does not hold what was merged. */
  deliverResult?: (epicId: string) => void;
  closePullRequest?: (head: string) => Promise<void> | void;
  /** While a turn to go back to is looked for. */
  findRewind?: (taskKey: string) => Promise<void> | void;
  /** May throw, as a host without tmux does. */
  leaveHost?: () => Partial<LeaveHostResult> | undefined;
  prepareWorktree?: (taskKey: string, run: number, baseSha: string | undefined) => Promise<void> | void;
  runSetup?: (taskKey: string, run: number) => Promise<void> | void;
  /** Why the files cannot be taken back. */
  rewindWorktree?: (taskKey: string) => string | undefined;
}

/** Counts the tasks that are in their turn to merge at once; each stays in it until the gate opens. The epic goes through. */
export function countMerging(gate: Promise<unknown>, counts: (key: string) => boolean = () => true) {
  const seen = { inside: 0, most: 0, first: '' };
  const script: Pick<Script, 'mergeTarget' | 'mergePullRequest'> = {
    mergeTarget: async (key) => {
      if (key === 'epic' || !counts(key)) return undefined;
      seen.first ||= key;
      seen.inside += 1;
      seen.most = Math.max(seen.most, seen.inside);
      await gate;
      return undefined;
    },
    mergePullRequest: () => {
      seen.inside -= 1;
    },
  };
  return { seen, script };
}
