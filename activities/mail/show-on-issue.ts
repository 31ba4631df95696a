/** Mail to people is shown where they talk: on the issue that its epic came from. */
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Database } from '../../db/connection.ts';
import { readThread } from '../../db/reads/mail.ts';
import { epicWorkflowId } from '../../workflows/contract/ids.ts';
import type { Word } from '../../workflows/contract/issue-news.ts';
import { WORKFLOW_TASK_TIMEOUT } from '../../workflows/contract/start-options.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { mailWord } from '../../workflows/contract/tracker.ts';

/**
 * Leaves it to an execution of its own, which has the time that a tracker may need: whoever sends mail waits for no tracker.
 * Nothing where the epic came from no issue. Idempotent: a mail has one such execution, and its comment one id.
 */
export async function showOnIssue(
  { db, temporal }: { readonly db: Database; readonly temporal: Client },
  epicId: string,
  number: number,
): Promise<void> {
  const epic = await db.selectFrom('epics').select('source_id').where('id', '=', epicId).executeTakeFirst();
  const mail = (await readThread(db, number))?.mail;
  if (epic?.source_id == null || mail === undefined) return;
  const word: Word = { key: mailWord(number), kind: 'comment', body: bodyOf(mail) };
  try {
    await temporal.workflow.start('tellIssueWorkflow', {
      taskQueue: FACTORY_QUEUE,
      workflowId: `${epicWorkflowId(epicId)}/tell-${mailWord(number)}`,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      staticSummary: `Tells ${epic.source_id}: mail ${number}`,
      args: [{ epicId, sourceId: epic.source_id, words: [word] }],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** The mail is an agent's words, so it stands as a quotation. */
function bodyOf({ number, from, subject, body }: { number: number; from: string; subject: string; body: string }) {
  const quoted = body.split('\n').map((line) => `> ${line}`);
  return [
    `**Mail ${number}** from ${from}: ${subject.replaceAll(/\s+/g, ' ')}`,
    quoted.join('\n'),
    `Reply to this comment to answer it, or comment \`/factory reply ${number} …\`. Work goes on meanwhile.`,
  ].join('\n\n');
}
