/** A question that a former run asked and whose answer had no effect yet: the task waits on for it, with no host. */
import { askedAlready } from '../ask.ts';
import { answerOf, askUntil, settled } from './ask.ts';
import type { About } from './asked-question.ts';
import { noteAnswer } from './base-red.ts';
import { awaitWaiver } from './checks.ts';
import type { Task } from './context.ts';
import { replaceReviewer } from './hand-in-state.ts';
import { replaceWorker } from './implement.ts';
import { askWhatToChange, awaitApproval } from './merge-with-approval.ts';
import { settleFindings } from './protect.ts';
import { collectAnswers } from './questions.ts';
import { settleSecrets } from './secrets.ts';

/** Returns when the answer is in the data; those about news of the pull request and about an earlier merge are not for here. */
export async function resume(task: Task): Promise<void> {
  const about = task.data.asked?.about;
  switch (about?.kind) {
    case 'findings':
      await settleFindings(task, about, await answerOf(task));
      break;
    case 'merge':
      await awaitApproval(task, about, askedAlready);
      break;
    case 'rejected':
      await askWhatToChange(task, about);
      break;
    case 'checks':
      await awaitWaiver(task, about.headSha, askedAlready);
      break;
    case 'mend':
      await resumeFixing(task, about);
      break;
    case 'base-red':
      noteAnswer(task, about.names, await answerOf(task));
      break;
    case 'secrets':
      await settleSecrets(task, about, await answerOf(task));
      break;
    case 'base':
      await answerOf(task);
      settled(task);
  }
  await collectAnswers(task);
  const rejected = task.data.handIn?.rejected;
  if (rejected !== undefined) await askWhatToChange(task, rejected);
}

/** The task goes on at that time without an answer too; a person may want another Worker or, once it has handed in, reviewer. */
async function resumeFixing(task: Task, about: Extract<About, { kind: 'mend' }>): Promise<void> {
  const { until } = about;
  const answer = await (until === undefined ? answerOf(task) : askUntil(task, { about, until, asking: askedAlready }));
  if (answer?.decision === 'restart') {
    const { handIn } = task.data;
    if (handIn === undefined) replaceWorker(task);
    else replaceReviewer(handIn);
  }
  settled(task);
}
