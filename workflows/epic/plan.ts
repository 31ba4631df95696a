/** Has an Orchestrator agent plan the epic, and a person approve the plan where that is asked for. */
import { ApplicationFailure, CancellationScope, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import type { Brief } from '../../activities/agent/write-brief.ts';
import { factory } from '../activities.ts';
import { agentWorkflowId } from '../contract/ids.ts';
import type { Plan } from '../contract/plan.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { failureMessage, failureType } from '../failure.ts';
import { runAgent } from '../run-agent.ts';
import { admission } from './admission.ts';
import type { Epic } from './context.ts';
import { withDetached } from './detached.ts';
import { nextNumber, setPlan } from './state.ts';

type Planner = Awaited<ReturnType<typeof openPlanner>>;

/** Sets `data.tasks`. A rejected plan goes back to the same agent with the person's words. */
export async function settlePlan(epic: Epic, settings: EpicSettings): Promise<void> {
  const { data } = epic;
  if (data.planApproved) return;
  const given = data.input.tasks;
  const planning = { planner: undefined as Planner | undefined };
  for (;;) {
    if (given !== undefined && data.tasks.length === 0) setPlan(data, given);
    if (data.tasks.length === 0) setPlan(data, await planWithAgent(epic, settings, planning));
    epic.tell('PLANNING', `planned ${data.tasks.length} tasks`);
    const feedback = settings.approvals.includes('plan') ? await askPlanApproval(epic) : undefined;
    if (feedback === undefined) break;
    data.tasks = [];
    data.planFeedback = feedback;
    if (given !== undefined)
      throw ApplicationFailure.nonRetryable(`The given tasks were rejected: ${feedback}`, 'EpicFailed');
  }
  delete data.planFeedback;
  data.planApproved = true;
  epic.decide(
    'ORCHESTRATOR',
    'decision',
    `plan of ${data.tasks.length} tasks`,
    data.tasks.map(({ task }) => task.key).join(', '),
  );
}

/** Undefined when approved, else what the person wants changed. */
async function askPlanApproval(epic: Epic): Promise<string | undefined> {
  const { data } = epic;
  const list = data.tasks.map(({ task }) => `${task.key}: ${task.title}`).join('; ');
  epic.tell('PLANNING', 'waits for the plan’s approval', { kind: 'person', reason: 'plan approval' });
  const answer = await epic.askPerson({
    requestId: `plan-${nextNumber(data)}`,
    kind: 'plan',
    question: `Approve this plan? ${list}`.slice(0, 2_000),
    options: ['approve', 'reject', 'cancel'],
  });
  if (answer.decision === 'approve') return undefined;
  return answer.comment ?? answer.answer ?? 'The plan was rejected without a comment.';
}

async function planWithAgent(
  epic: Epic,
  settings: EpicSettings,
  planning: { planner: Planner | undefined },
): Promise<Plan> {
  for (let failed = 0; ; ) {
    await admission(epic);
    await epic.pausePoint();
    planning.planner ??= await openPlanner(epic);
    const { planner } = planning;
    epic.tell('PLANNING', 'is planned');
    try {
      return await withDetached(epic, settings, 'plan', settings.baseBranch, async (placement, worktree) => {
        const { agentId, attempt, nextTurn: turn } = planner;
        const workflowId = agentWorkflowId(agentId);
        const { epicId, data } = epic;
        const { title, description } = data.input;
        const feedback = data.planFeedback === undefined ? {} : { feedback: data.planFeedback };
        const brief: Brief = { kind: 'plan', title, description, ...feedback };
        try {
          const { outcome, nextTurn } = await runAgent(
            {
              epicId,
              purpose: 'plan',
              agentId,
              attempt,
              turn,
              settings,
              placement,
              worktree,
              brief,
              isPaused: () => data.paused,
              departures: epic.departures,
            },
            epic.adopt,
          );
          planning.planner = { ...planner, nextTurn };
          if (outcome.kind !== 'plan') throw ApplicationFailure.nonRetryable('No plan was handed in', 'AgentGaveUp');
          return outcome.tasks;
        } finally {
          epic.children.delete(workflowId);
        }
      });
    } catch (error) {
      // A planner that somebody cancelled by hand is one that failed.
      if (CancellationScope.current().consideredCancelled || !(error instanceof TemporalFailure)) throw error;
      planning.planner = undefined;
      failed += 1;
      epic.decide('factory', 'retry', `planning failed (${failureType(error) ?? 'unknown'})`, failureMessage(error));
      if (failureType(error) === 'AgentGaveUp' && failed < settings.limits.attempts) continue;
      await askToPlanAgain(epic, failureMessage(error));
      failed = 0;
    }
  }
}

async function askToPlanAgain(epic: Epic, reason: string): Promise<void> {
  epic.tell('BLOCKED', 'planning failed', { kind: 'person', reason });
  const answered = epic.askPerson({
    requestId: `planning-${nextNumber(epic.data)}`,
    kind: 'question',
    question: `Planning failed: ${reason}. Try again?`,
    options: ['retry', 'cancel'],
  });
  epic.releaseAdmission();
  await answered;
}

async function openPlanner(epic: Epic) {
  return factory.openTranscript('an Orchestrator to plan', {
    epicId: epic.epicId,
    purpose: 'plan',
    openedBy: `${workflowInfo().firstExecutionRunId}/plan/${nextNumber(epic.data)}`,
  });
}
