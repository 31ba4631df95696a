/** A question that a former run asked and whose answer had no effect yet: the task waits on for it, with no host. */
import { askWhatToChange, awaitApproval } from './approved.ts';
import { answerOf, settled } from './ask.ts';
import { awaitWaiver } from './checks.ts';
import type { Task } from './context.ts';
import { ensurePlace } from './placement.ts';
import { settleFindings } from './protect.ts';

/** Returns when the answer is in the data; those about news of the pull request and about an earlier merge are not for here. */
export async function resume(task: Task): Promise<void> {
  const about = task.data.asked?.about;
  switch (about?.kind) {
    case 'findings':
      await settleFindings(task, about, await answerOf(task));
      break;
    case 'merge':
      await awaitApproval(task, about, isAskedAlready);
      break;
    case 'rejected':
      await askWhatToChange(task, about);
      break;
    case 'checks':
      await awaitWaiver(task, about.headSha, isAskedAlready);
      break;
    case 'mend':
    case 'base':
      await answerOf(task);
      settled(task);
      await ensurePlace(task);
  }
  const rejected = task.data.handIn?.rejected;
  if (rejected !== undefined) await askWhatToChange(task, rejected);
}

function isAskedAlready(): never {
  throw new Error('The question of the former run is not there');
}
