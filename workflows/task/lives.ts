/** Several lives of one task: each leaves to the next why it ended, what was tried, and what was approved already. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { FormerLife } from '../contract/task.ts';
import { detailsOf, failureMessage, failureType } from '../failure.ts';
import type { Task } from './context.ts';
import { isUnderPolicy } from './follow-policy.ts';
import { withoutTrees } from './reviews.ts';
import { type HandIn, isOpenRound, type TaskData } from './state.ts';
import { withoutApproval } from './status-state.ts';

/** The failure that a life of the task ends with; what it leaves to the next one goes with it. */
export function endOfLife({ data }: Task, error: Error): ApplicationFailure {
  const message = failureMessage(error);
  const { tried, allowed, opening, approved, handIn, attempts, reviews = [] } = data;
  const isRewritten = failureType(error) === 'BaseRewritten';
  const handedIn = isRewritten ? handIn?.change.summary : undefined;
  const former: FormerLife = {
    ...{ ended: message.slice(0, 2_000), tried, attempts },
    // What a person let through was seen on the base as it was.
    allowed: isRewritten ? [] : allowed,
    ...(isOpenRound(opening) && handedIn === undefined ? { open: opening } : {}),
    ...(approved === undefined ? {} : { approved }),
    ...(reviews.length === 0 ? {} : { reviews }),
    ...(handedIn === undefined ? {} : { handedIn }),
    ...(isRewritten && data.rewind !== undefined ? { rewind: data.rewind } : {}),
    ...standing(data),
  };
  const type = failureType(error) ?? 'TaskFailed';
  return ApplicationFailure.create({
    ...{ type, message, nonRetryable: true, cause: error },
    details: [...detailsOf(error), { former }],
  });
}

/** What its work stands on. */
function standing({ baseSha, replaces }: Pick<FormerLife, 'baseSha' | 'replaces'>) {
  return { ...(baseSha === undefined ? {} : { baseSha }), ...(replaces === undefined ? {} : { replaces }) };
}

/** The state that a failed task left to its next life; undefined when it had none or was ended from outside. */
function formerLifeOf(error: unknown): FormerLife | undefined {
  const found = detailsOf(error).find(
    (detail): detail is { former: FormerLife } => isObject(detail) && 'former' in detail,
  );
  return found?.former;
}

/**
 * What the next life knows of the former ones. A life that was ended from outside says nothing, and may have taken up
 * what people asked for: an older approval of the change does not hold any more.
 */
export function leftBehind(error: unknown, known: FormerLife | undefined): FormerLife | undefined {
  const former = formerLifeOf(error);
  if (former !== undefined || known === undefined) return former;
  const { approved: _, ...rest } = known;
  return rest;
}

const isObject = (detail: unknown): detail is object => typeof detail === 'object' && detail !== null;

/** The input of a life besides the task itself. */
export type LeftToTask = Pick<Task['input'], 'former' | 'feedback' | 'guidance' | 'rewind'>;

/** The state that the next life begins with. A person's words are a new round, whatever was approved before them. */
export function inherited({
  former,
  feedback,
  guidance,
  rewind,
}: LeftToTask): Pick<TaskData, 'attempts' | 'tried' | 'allowed' | 'approved' | 'reviews' | 'baseSha' | 'replaces'> {
  if (former === undefined) return { attempts: 0, tried: [], allowed: [] };
  const { attempts = 0, tried, allowed, approved, reviews } = former;
  const known = reviews === undefined ? {} : { reviews: feedback === undefined ? [...reviews] : withoutTrees(reviews) };
  const isNews = feedback !== undefined || guidance !== undefined || rewind !== undefined;
  return {
    ...{ attempts, tried: [...tried], allowed: [...allowed] },
    ...known,
    ...(approved === undefined || isNews ? {} : { approved }),
    ...standing(former),
  };
}

/**
 * The change that a review approved in a former life or place, while the branch is still at that commit: it is neither
 * implemented nor reviewed again. The merge verifies what has come into the target branch since.
 */
export function approvedBefore(task: Task): HandIn | undefined {
  const { approved, headSha, handsInAgain } = task.data;
  if (approved === undefined || handsInAgain === true) return undefined;
  if (approved.headSha !== headSha) return undefined;
  const why = `${headSha.slice(0, 8)} was verified and approved before`;
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${task.input.task.key} goes on to its merge`,
    reason: why,
  });
  const change = withoutApproval(approved);
  const approvedDiff = isUnderPolicy(task.input.settings, approved) ? approved.approvedDiff : undefined;
  return { change, isClear: true, isReviewed: true, merging: approvedDiff === undefined ? {} : { approvedDiff } };
}
