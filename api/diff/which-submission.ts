/** Finds the submission of a task that a person asked for, and the commit to compare it with. */
import type { Database } from '../../db/connection.ts';
import { isKnown } from '../../db/reads/epics.ts';
import { readPullRequests } from '../../db/reads/pull-requests.ts';
import { readSubmissions } from '../../db/reads/submissions.ts';
import { readEpicTasks } from '../../db/reads/tasks.ts';
import { ApiError, noEpic } from '../errors.ts';
import { type ChosenDiff, pushed } from './chosen-diff.ts';

export interface WhichSubmission {
  readonly task: string;
  /** The latest without it. */
  readonly submission?: number | undefined;
  /** An earlier one that it is compared with, in place of the base. */
  readonly since?: number | undefined;
}

type Submission = Awaited<ReturnType<typeof readSubmissions>>[number];

/** Throws NotFound for what the task has not handed in, and InvalidInput for a `since` that is no earlier submission. */
export async function chooseSubmission(
  db: Database,
  epicId: string,
  { task: key, submission: number, since }: WhichSubmission,
): Promise<ChosenDiff> {
  const [tasks, submissions, pullRequests] = await Promise.all([
    readEpicTasks(db, epicId),
    readSubmissions(db, epicId, key),
    readPullRequests(db, epicId, key),
  ]);
  if (!tasks.some((task) => task.key === key)) throw await noTask(db, epicId, key);
  const chosen = choose(submissions, key, number);
  const earlier = since === undefined ? undefined : chooseEarlier(submissions, chosen, since);
  const opened = pullRequests.at(-1);
  if (opened === undefined) throw unopened(key, chosen);
  const known = pushed(opened);
  return {
    ...known,
    headSha: chosen.headSha,
    taskKey: key,
    submission: chosen.number,
    since: earlier === undefined ? null : { number: earlier.number, headSha: earlier.headSha },
    elsewhere: `${becameOf(chosen, submissions)}${known.elsewhere}`,
  };
}

async function noTask(db: Database, epicId: string, key: string): Promise<ApiError> {
  const known = await isKnown(db, epicId);
  return known ? new ApiError('NotFound', `Epic "${epicId}" has no task "${key}"`) : noEpic(epicId);
}

function choose(submissions: readonly Submission[], key: string, number: number | undefined): Submission {
  const last = submissions.at(-1);
  if (last === undefined) throw new ApiError('NotFound', `Task "${key}" has handed nothing in yet`);
  const found = number === undefined ? last : submissions.find((one) => one.number === number);
  if (found !== undefined) return found;
  throw new ApiError('NotFound', `Task "${key}" has no submission ${number}; its last one is ${last.number}`);
}

function chooseEarlier(submissions: readonly Submission[], { number }: Submission, since: number): Submission {
  const found = submissions.find((one) => one.number === since && since < number);
  if (found !== undefined) return found;
  const remedy = number === 1 ? 'leave it out' : `choose one from 1 to ${number - 1}`;
  throw new ApiError('InvalidInput', `since: no submission ${since} comes before submission ${number}; ${remedy}`);
}

/** The pull request says what it is compared with; it follows the push in a moment, unless the forge is away. */
const unopened = (key: string, { number, headSha }: Submission) =>
  new ApiError(
    'NotFound',
    `Submission ${number} of task "${key}" (commit ${headSha.slice(0, 12)}) has no pull request yet; look again in a moment`,
  );

/** Why its commit may be gone from where it was. */
function becameOf({ number, state }: Submission, submissions: readonly Submission[]): string {
  const last = submissions.at(-1)?.number ?? number;
  if (state === 'merged') return `submission ${number} is merged, and its branch may be gone; `;
  if (number < last) return `submission ${last} has taken the place of ${number}, whose commit may be on no branch; `;
  return '';
}
