/** Finds the diff of an epic that a person asked for: two commits, and the names of both sides. */
import type { Database } from '../../db/connection.ts';
import { isKnown, readEpic } from '../../db/reads/epics.ts';
import { listOpenRequests } from '../../db/reads/human-requests.ts';
import { readPullRequests } from '../../db/reads/pull-requests.ts';
import { ApiError, noEpic } from '../errors.ts';
import { type ChosenDiff, pushed } from './chosen-diff.ts';
import { chooseSubmission } from './which-submission.ts';

export interface WhichDiff {
  readonly pullRequest?: number | undefined;
  /** An open request. */
  readonly request?: string | undefined;
  /** A task's submission, the latest without a number, in place of the others. */
  readonly task?: string | undefined;
  readonly submission?: number | undefined;
  readonly since?: number | undefined;
}

type OpenRequest = Awaited<ReturnType<typeof listOpenRequests>>[number];

/** Without a wish: what waits for approval, else the epic's own pull request, else the latest. Throws NotFound. */
export async function chooseDiff(
  db: Database,
  epicId: string,
  { task, submission, since, ...which }: WhichDiff,
): Promise<ChosenDiff> {
  if (task !== undefined) return await chooseSubmission(db, epicId, { task, submission, since });
  const [pullRequests, requests] = await Promise.all([readPullRequests(db, epicId), listOpenRequests(db, epicId)]);
  const { pullRequest: number, request: requestId } = which;
  const asked = requests.find(
    (one) =>
      one.headSha !== null &&
      one.requestId === (requestId ?? one.requestId) &&
      one.pullRequest === (number ?? one.pullRequest),
  );
  if (requestId !== undefined && asked === undefined) {
    throw new ApiError('NotFound', `Epic "${epicId}" has no open request "${requestId}" about a commit`);
  }
  if (asked !== undefined && asked.pullRequest === null) return await unpushed(db, epicId, asked);
  const shown = number ?? asked?.pullRequest ?? pullRequests.findLast((one) => one.taskKey === null)?.number;
  const pullRequest = shown === undefined ? pullRequests.at(-1) : pullRequests.find((one) => one.number === shown);
  if (pullRequest !== undefined) return pushed(pullRequest, asked);
  if (shown !== undefined) throw new ApiError('NotFound', `Epic "${epicId}" has no pull request ${shown}`);
  if (await isKnown(db, epicId)) throw new ApiError('NotFound', `Epic "${epicId}" has no pull request yet`);
  throw noEpic(epicId);
}

async function unpushed(db: Database, epicId: string, asked: OpenRequest): Promise<ChosenDiff> {
  const epic = await readEpic(db, epicId);
  const task = epic?.tasks.find(({ key }) => key === asked.taskKey);
  const base = asked.base ?? epic?.baseBranch ?? '';
  return {
    repository: epic?.repository ?? '',
    pullRequest: null,
    base,
    headSha: asked.headSha ?? '',
    taskKey: asked.taskKey,
    submission: null,
    since: null,
    title: task?.title ?? asked.epicTitle,
    head: task?.branch ?? 'not pushed yet',
    from: `refs/heads/${base}`,
    elsewhere: `git fetch <origin> refs/factory/checkpoints/${asked.epicId}/${asked.taskKey ?? 'epic'} brings it from where its forge is`,
  };
}
