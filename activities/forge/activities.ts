/** What workflows ask of the forge. */
import { log } from '@temporalio/activity';
import { epicBranch, taskBranch } from '../../clients/git/names.ts';
import type { SubmitReview } from '../../workflows/contract/agent.ts';
import type { LeaveTurn, LineTarget } from '../../workflows/contract/line.ts';
import type { Checks, Feedback, PullRequestView, SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { type Closed, type Closing, closeWithWord } from './close-pull-request.ts';
import type {
  BaseUpdate,
  Branch,
  Delivery,
  Forge,
  Merged,
  MergeRequest,
  NewPullRequest,
  PullRequestRef,
  Urgent,
} from './forge.ts';

export interface OpenPullRequestInput extends NewPullRequest {
  readonly epicId: string;
  readonly taskKey?: string;
}

export interface ReviewPullRequestInput extends PullRequestRef {
  /** One review a key. */
  readonly key: string;
  readonly headSha: string;
  readonly review: SubmitReview;
  /** The pull request's text, to which the findings by criterion are added. */
  readonly describe?: Described;
}

/** Whose criteria a text speaks of: one task's, or those of all tasks of the epic. */
interface Described {
  readonly epicId: string;
  readonly taskKey?: string;
  readonly body: string;
}

export interface ForgeDependencies {
  readonly forge: Forge;
  readonly leaveTurn: (left: LineTarget & LeaveTurn) => Promise<void>;
  /** Writes for screens how a pull request ended: the last record of its task or epic may be written already. */
  readonly showEnd: (pullRequest: PullRequestRef, ended: Closed) => Promise<void>;
  /** The section of a pull request's text about acceptance criteria; empty where there are none. */
  readonly criteriaOf?: (of: Pick<Described, 'epicId' | 'taskKey'>) => Promise<string>;
}

export interface MergePullRequestInput extends PullRequestRef, MergeRequest {
  /** The turn that ends with the merge. */
  readonly leave?: LineTarget & LeaveTurn;
}

export interface MergedInTurn extends Merged {
  /** The turn was given back. */
  readonly hasLeft: boolean;
}

/** Payloads stay small: what is left out is new at the next look too. */
const MOST_FEEDBACK = 20;
const MOST_WORDS = 8_000;
const MOST_FAILED = 10;
const MOST_LOG = 4_000;

/** Of approvals only those of the present head, which alone can count. */
function unheard({ feedback, headSha }: { feedback: readonly Feedback[]; headSha: string }, heard: readonly string[]) {
  return feedback
    .filter((one) => (one.kind === 'approval' ? one.headSha === headSha : !heard.includes(one.id)))
    .slice(0, MOST_FEEDBACK)
    .map((one) => ({ ...one, body: one.body.slice(0, MOST_WORDS).toWellFormed() }));
}

export function createForgeActivities(dependencies: ForgeDependencies) {
  const { forge, leaveTurn, showEnd, criteriaOf = async () => '' } = dependencies;
  const givesBack = (leave: LineTarget & LeaveTurn): Promise<boolean> =>
    leaveTurn(leave).then(
      () => true,
      (error: unknown) => {
        log.warn('The turn was not given back with the merge', { error });
        return false;
      },
    );
  /** Rows are read when the text is written: a workflow carries no findings about. */
  const withCriteria = async ({ body, ...of }: Described): Promise<string> =>
    [body, await criteriaOf(of)].filter((part) => part !== '').join('\n\n');

  return {
    /**
     * Makes the epic's branch at the head of the base branch.
     * Idempotent: a branch that is there stays where it is.
     * Fails: RepositoryMissing, BaseBranchMissing (final); GitFailed (retried).
     * Runs on: factory.
     */
    ensureEpicBranch: (input: { repository: string; epicId: string; baseBranch: string }): Promise<Branch> =>
      withHeartbeat((signal) => {
        const { repository, epicId, baseBranch: from } = input;
        return forge.ensureBranch({ repository, branch: epicBranch(epicId), from }, signal);
      }),

    /**
     * Brings what happened in the source repository into the forge's base branch. A conflict is an answer, not a failure.
     * Idempotent: a base that holds it all is unchanged.
     * Fails: RepositoryMissing, BaseBranchMissing (final), BaseRewritten (final) when the base has dropped the `known`
     * commit, LfsObjectMissing (final); GitFailed (retried).
     * Runs on: factory.
     */
    updateBase: (input: { repository: string; baseBranch: string; known?: string }): Promise<BaseUpdate> =>
      withHeartbeat((signal) => forge.updateBase(input, signal)),

    /**
     * Opens the branch's pull request, or returns the one that it already has: a closed one is opened again where the input
     * says so, and returned as closed otherwise; a merged one is returned as merged even when the branch got new commits
     * since. What reviews found by criterion is added to its text.
     * Idempotent: one pull request a head branch, ever.
     * Fails: BaseBranchMissing (final) when head or base is not on the forge; GitFailed (retried).
     * Runs on: factory.
     */
    openPullRequest: (input: OpenPullRequestInput): Promise<PullRequestView> =>
      withHeartbeat(async (signal) => forge.createPullRequest({ ...input, body: await withCriteria(input) }, signal)),

    /**
     * Finds the pull request that a task's branch has; null when it has none.
     * Fails: RepositoryMissing (final); GitFailed (retried).
     * Runs on: factory.
     */
    findPullRequest: (input: {
      repository: string;
      epicId: string;
      taskKey: string;
    }): Promise<PullRequestView | null> =>
      withHeartbeat(async (signal) => {
        const { repository, epicId, taskKey } = input;
        return (await forge.findPullRequest({ repository, head: taskBranch(epicId, taskKey) }, signal)) ?? null;
      }),

    /**
     * Reads a pull request as it is now, with what people said there but for what is `heard`, and its approvals.
     * Fails: NotFound (final); RateLimited, unless it is urgent also near the limit, ForgeUnavailable, GitFailed (retried).
     * Runs on: factory.
     */
    readPullRequest: (input: PullRequestRef & Urgent & { heard?: readonly string[] }): Promise<SeenPullRequest> =>
      withHeartbeat(async (signal) => {
        const { heard = [], ...which } = input;
        const seen = await forge.readPullRequest(which, signal);
        return { ...seen, feedback: unheard(seen, heard) };
      }),

    /**
     * Reads what the checks of a commit say: of the `required` ones, else of those that the forge requires for the `base`
     * branch, else of all. Those that may not be read are pending, with the reason.
     * Fails: NotFound (final); RateLimited as above, ForgeUnavailable (retried).
     * Runs on: factory.
     */
    readChecks: (
      input: PullRequestRef &
        Urgent & { readonly headSha: string; readonly required: readonly string[]; readonly base?: string },
    ): Promise<Checks> =>
      withHeartbeat(async (signal) => {
        const { failed, ...checks } = await forge.readChecks(input, signal);
        const told = failed
          .toSorted((a, b) => Number(a.redOnBase) - Number(b.redOnBase))
          .slice(0, MOST_FAILED)
          .map((one) => ({ ...one, log: one.log.slice(-MOST_LOG).toWellFormed() }));
        return { ...checks, failed: told };
      }),

    /**
     * Runs the checks of a commit again that were cancelled or never began, and no other.
     * Idempotent: one that runs again already has not ended. What may not be run again is left out.
     * Fails: NotFound (final); RateLimited, ForgeUnavailable (retried).
     * Runs on: factory.
     */
    rerunChecks: (
      input: PullRequestRef & { readonly headSha: string; readonly required: readonly string[] },
    ): Promise<{ readonly names: readonly string[] }> =>
      withHeartbeat(async (signal) => ({ names: await forge.rerunChecks(input, signal) })),

    /**
     * Answers a person where they said something.
     * Idempotent by key: one answer.
     * Fails: NotFound (final); ForgeUnavailable (retried).
     * Runs on: factory.
     */
    answerFeedback: (
      input: PullRequestRef & { readonly feedbackId: string; readonly key: string; readonly body: string },
    ): Promise<void> => withHeartbeat(() => forge.answer(input)),

    /**
     * Leaves a review of one commit, and renews the pull request's text with what the review found by criterion.
     * Idempotent: one review a key, the first stays; the text is written when it is another one, and never over a person's.
     * Fails: NotFound (final).
     * Runs on: factory.
     */
    reviewPullRequest: ({ describe, ...input }: ReviewPullRequestInput): Promise<void> =>
      withHeartbeat(async (signal) => {
        await forge.review(input);
        if (describe === undefined) return;
        const { repository, number } = input;
        await forge.describe({ repository, number, body: await withCriteria(describe) }, signal);
      }),

    /**
     * Merges a pull request whose head is the expected commit, and then gives the turn to merge back. When the line cannot be
     * told, the merge stands and the answer says so.
     * Idempotent: merged already counts as merged, whether the row knows it or only git. One that was merged without
     * the expected commit, or into another branch, is MergedBefore. The line knows a turn by its ticket.
     * Fails: HeadMoved, BaseMoved, BaseRewritten, MergeConflict, BranchProtected, PullRequestClosed, PullRequestDraft,
     * PullRequestRetargeted, MergedBefore, NotFound (final); ForgeUnavailable, GitFailed (retried), the former also while
     * it is not known yet whether there is a conflict.
     * Runs on: factory.
     */
    mergePullRequest: ({ leave, ...input }: MergePullRequestInput): Promise<MergedInTurn> =>
      withHeartbeat(async (signal) => {
        const merged = await forge.merge(input, signal);
        return { ...merged, hasLeft: leave !== undefined && (await givesBack(leave)) };
      }),

    /**
     * Closes a pull request with a word why, and returns how it ended: one that was merged stays so, and gets no word.
     * Screens show that from then on, since the last record of its task or epic may be written before.
     * Idempotent: one comment, and closed stays closed.
     * Fails: NotFound (final); ForgeUnavailable (retried).
     * Runs on: factory.
     */
    closePullRequest: (input: Closing): Promise<Closed> =>
      withHeartbeat(async (signal) => {
        const ended = await closeWithWord(forge, input, signal);
        await showEnd(input, ended);
        return ended;
      }),

    /**
     * Brings the merged work to the source repository: to its base branch where nobody has that checked out, else to
     * `factory/<epic>/result`; nothing else there is touched.
     * Idempotent: what is there counts.
     * Fails: RepositoryMissing, BranchMoved, BranchCheckedOut, PushDeclined, BaseRewritten (final) when the base there has
     * dropped what this was merged into, MergedElsewhere (after a minute) when the base on GitHub lacks it,
     * LfsObjectMissing (final); GitFailed, ForgeUnavailable (retried).
     * Runs on: factory.
     */
    deliverResult: (input: {
      readonly repository: string;
      readonly epicId: string;
      readonly baseBranch: string;
      readonly mergedSha: string;
    }): Promise<Delivery> => withHeartbeat((signal) => forge.deliver(input, signal)),
  };
}
