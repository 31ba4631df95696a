/** Histories of an issue's way: its intake, the poll, its epic's talk with it, and the last words. */
import { loadConfig } from '../../config/config.ts';
import { intakeStartOptions } from '../../workflows/contract/tracker.ts';
import { startLinear } from '../support/linear/server.ts';
import { openStage } from '../workflows/stage.ts';

type Stage = Awaited<ReturnType<typeof openStage>>;
type Save = (name: string, workflowId: string, stage: Stage) => Promise<void>;

/** Asked twice in Linear, rewritten under way, answered by replies, merged. */
export async function recordTracker(save: Save): Promise<void> {
  const linear = await startLinear();
  const stage = await openStage({ linear: loadConfig(linear.variables).linear, settings: { approvals: ['plan'] } });
  const { workflow } = stage.client;
  const look = (issueId: string) => workflow.signalWithStart('intakeWorkflow', intakeStartOptions({ issueId }));
  try {
    const issue = linear.store.addIssue({ labels: ['factory'] });
    const commentWith = (text: string) => linear.commentWith(issue, text);
    await look(issue.id);
    const plan = await commentWith('Approve this plan?');
    await save('intake', `intake-linear-${issue.id}`, stage);
    linear.store.edit(issue, { description: 'Another' });
    await workflow.execute('pollTrackerWorkflow', { workflowId: 'poll', taskQueue: 'factory' });
    await save('poll-tracker', 'poll', stage);
    linear.say(issue, 'hm', plan);
    linear.say(issue, 'continue', await commentWith('was rewritten'));
    await look(issue.id);
    await commentWith('not understood');
    linear.say(issue, 'approve', plan);
    await look(issue.id);
    const epicId = `epic-linear-${issue.identifier.toLowerCase()}`;
    await workflow.getHandle(epicId).result();
    await workflow.getHandle(`${epicId}/tell-result`).result();
    await save('epic-issue', epicId, stage);
    await save('tell-issue', `${epicId}/tell-result`, stage);
  } finally {
    await stage.close();
    await linear.close();
  }
}
