/** The forge's checks of the epic's own pull request. */
import type { FailedCheck } from '../contract/pull-request.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { offering } from '../policy-offer.ts';
import { answerOrClear, awaitChecks, type ChecksJob, type ChecksObstacle } from '../pull-request/checks.ts';
import { requirePullRequest, settleHeld } from '../pull-request/state.ts';
import type { Watch } from '../pull-request/watch.ts';
import { addChangeTask } from './change-task.ts';
import type { Epic } from './context.ts';
import { countCheckRound, forgetCheckRounds } from './merging-state.ts';

export async function findChecksObstacle(job: ChecksJob): Promise<ChecksObstacle | undefined> {
  const verdict = await awaitChecks(job);
  return verdict.kind === 'clear' ? undefined : { ...verdict, headSha: job.headSha };
}

interface Watched {
  readonly watch: Watch;
  readonly settings: EpicSettings;
  readonly headSha: string;
}

export const checksJob = (epic: Epic, { watch, settings, headSha }: Watched): ChecksJob => ({
  ...{ settings, watch, headSha, number: requirePullRequest(epic.data).number, memory: epic.data.memory },
  runEnd: epic.runEnd,
  base: settings.baseBranch,
  tell: (names) => epic.tell('IN_PROGRESS', 'waits for checks', { kind: 'checks', reason: names.join(', ') }),
});

/** True when it may be looked at again as it is; else there is one more task, which is to fix what is red. */
export async function settleChecks(epic: Epic, job: ChecksJob, obstacle: ChecksObstacle): Promise<boolean> {
  const { data } = epic;
  if (obstacle.kind === 'checks-red' && data.checkRounds < job.settings.limits.rounds) {
    countCheckRound(data);
    const { number } = requirePullRequest(data);
    const title = `Fix the checks of pull request #${number}`;
    addChangeTask(epic, { by: 'factory', words: obstacle.failed.map(failedText).join('\n\n'), title });
    return false;
  }
  const reason =
    obstacle.kind === 'checks-held'
      ? obstacle.reason
      : `these checks are still red after ${data.checkRounds} tasks to fix them: ${obstacle.failed.map(({ name }) => name).join(', ')}`;
  return askAboutChecks(epic, job, reason);
}

async function askAboutChecks(epic: Epic, job: ChecksJob, reason: string): Promise<boolean> {
  const { data } = epic;
  const { headSha } = job;
  epic.tell('BLOCKED', 'its CI checks hold up its merge', { kind: 'person', reason });
  const plain = {
    kind: 'question' as const,
    question: `The CI checks of the epic’s pull request at ${headSha.slice(0, 12)} hold up its merge: ${reason}. Choose: retry (reads the checks again), merge (merges this commit in spite of them), change (say what to do, which becomes a task) or cancel (ends the epic).`,
    options: ['retry', 'merge', 'change', 'cancel'],
  };
  const asking = epic.isAsked('checks') ? plain : await offering(job.settings, plain);
  const answer = await answerOrClear(job, () => epic.askPerson('checks', () => asking));
  if (answer === undefined) {
    epic.withdrawOwn();
    return true;
  }
  if (answer.decision === 'change') {
    forgetCheckRounds(data);
    addChangeTask(epic, { by: answer.by, words: answer.answer ?? answer.comment ?? reason });
    return false;
  }
  settleHeld(data.memory, { headSha, isWaived: answer.decision === 'merge', nowMs: Date.now() });
  return true;
}

function failedText({ name, url, log }: FailedCheck): string {
  return `The check “${name}” is red${url === undefined ? '' : ` (${url})`}. The end of what it printed:\n\n${log.slice(-2_000)}`;
}
