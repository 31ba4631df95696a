/** Asks a person about a failure of a task: they fix the cause, and the work goes on from where it stood. */
import { patched } from '@temporalio/workflow';
import { failureMessage, failureType, isForPerson } from '../failure.ts';
import { lookAgainMs } from '../options.ts';
import { type Asking, ask, askUntil, settled } from './ask.ts';
import type { Task } from './context.ts';
import { ensurePlacement, waitAway } from './placement.ts';

/** Another life of the task, or another Worker, would only meet them again. */
const FIXABLE: ReadonlySet<string> = new Set([
  ...['NotAuthenticated', 'NotPermitted', 'BranchProtected', 'PushDeclined', 'BranchCheckedOut'],
  'PullRequestRetargeted',
  ...['BaseBranchMissing', 'RepositoryMissing', 'RepositoryArchived', 'RepositoryDamaged', 'RepositoryUnsupported'],
  ...['SubmoduleUnavailable', 'BaseMoved'],
  ...['ModelNotAvailable', 'ModelRefusedRequest'],
]);

export function isFixable(error: unknown): boolean {
  const type = failureType(error) ?? '';
  // To histories from before a draft was news.
  return isForPerson(error) || FIXABLE.has(type) || (type === 'PullRequestDraft' && patched('draft'));
}

/** A person's way out when the model refuses a transcript: another agent, on a transcript of its own. */
interface Restart {
  /** Describes the choice in the question. */
  readonly words: string;
  readonly act: () => void;
}

/** Does `work` on the task's host, as often as a person fixes what stands in its way; so `work` must be harmless to repeat. */
export function untilFixed<T>(task: Task, work: () => Promise<T>, restart?: Restart): Promise<T> {
  const workOnHost = async () => {
    await ensurePlacement(task);
    return work();
  };
  return untilFixedWithoutHost(task, workOnHost, restart);
}

/** The same for work that needs no host. */
export async function untilFixedWithoutHost<T>(task: Task, work: () => Promise<T>, restart?: Restart): Promise<T> {
  for (let times = 1; ; times += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isFixable(error)) throw error;
      const type = failureType(error) ?? '';
      const restartWords = type === 'ModelRefusedRequest' ? restart?.words : undefined;
      const againMs = OUTAGES.has(type) ? lookAgainMs(times) : undefined;
      const asking = await leaveAndExplain(task, error, { restartWords, againMs });
      const answer = await askPerson(task, asking, againMs);
      if (answer?.decision === 'restart') restart?.act();
      settled(task);
    }
  }
}

function askPerson(task: Task, asking: Asking, againMs: number | undefined) {
  if (againMs === undefined) return ask(task, { kind: 'mend' }, () => asking);
  const until = Date.now() + againMs;
  return askUntil(task, { about: { kind: 'mend', until }, until, asking: () => asking });
}

/** An outage of the provider looks like these too, and ends without anybody's hand. */
const OUTAGES: ReadonlySet<string> = new Set(['ModelUnavailable', 'RateLimited']);

/** Nobody's turn is held meanwhile: the lane was given back, and so is the host. */
export async function leaveAndExplain(
  task: Task,
  error: unknown,
  { restartWords, againMs }: { readonly restartWords?: string | undefined; readonly againMs?: number | undefined } = {},
): Promise<Asking> {
  const { key: taskKey, title } = task.input.task;
  const reason = failureMessage(error);
  task.logFailure(`${taskKey} cannot go on`, reason);
  await waitAway(task, { phase: 'it cannot go on', reason: reason.slice(0, 500), state: 'BLOCKED' });
  const restart = restartWords === undefined ? '' : ` Or choose restart: ${restartWords}.`;
  const again =
    againMs === undefined ? '' : ` Without an answer, the factory tries again in ${againMs / 60_000} minutes.`;
  return {
    kind: 'question',
    question: `Task “${title}” cannot go on: ${reason.slice(0, 1_500)}. Fix the cause, then choose retry.${restart}${again}`,
    options: ['retry', ...(restartWords === undefined ? [] : ['restart']), 'cancel'],
  };
}
