/** Has an Orchestrator agent plan the epic, and a person approve the plan where that is asked for. */
import { ApplicationFailure, CancellationScope, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import type { Brief } from '../contract/brief.ts';
import { inSequence, overlapsOf, overlapWords } from '../contract/overlaps.ts';
import type { Placement } from '../contract/placement.ts';
import type { Plan } from '../contract/plan.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { failureMessage, failureType, isAgentsOwn } from '../failure.ts';
import { askedWords, requestOf } from '../parked-questions.ts';
import { admission } from './admission.ts';
import type { Epic } from './context.ts';
import { withDetached } from './detached-worktree.ts';
import { runOwnAgent } from './own-agent.ts';
import {
  answerPlanned,
  approvePlan,
  forgetPlanFailures,
  notePlanFeedback,
  notePlanningFailed,
  parkPlanner,
  plannerOf,
  rejectPlan,
  setPlan,
  takeParkedPlanner,
} from './plan-state.ts';
import type { Asking } from './questions.ts';
import { APPROVE_IN_SEQUENCE, isApproval } from './revise-plan.ts';
import { isPlanned } from './state.ts';

/** Sets `data.tasks`. A rejected plan goes back to the same agent with the person's words. */
export async function settlePlan(epic: Epic, settings: EpicSettings): Promise<void> {
  const { data } = epic;
  if (isPlanned(data)) return;
  const given = data.input.tasks;
  for (;;) {
    if (given !== undefined && data.tasks.length === 0) takePlan(epic, { settings, plan: given, by: 'input' });
    if (data.tasks.length === 0) {
      takePlan(epic, { settings, plan: await planWithAgent(epic, settings), by: 'ORCHESTRATOR' });
    }
    if (!epic.isAsked('plan')) epic.tell('PLANNING', `planned ${data.tasks.length} tasks`);
    const feedback = settings.approvals.includes('plan') ? await askPlanApproval(epic) : undefined;
    if (feedback === undefined) break;
    rejectPlan(data, feedback);
    if (given !== undefined)
      throw ApplicationFailure.nonRetryable(`The given tasks were rejected: ${feedback}`, 'EpicFailed');
  }
  approvePlan(data);
  epic.logLine({
    actor: 'ORCHESTRATOR',
    kind: 'decision',
    decision: `plan of ${data.tasks.length} tasks`,
    reason: data.tasks.map(({ task }) => task.key).join(', '),
  });
}

interface Taken {
  readonly settings: EpicSettings;
  readonly plan: Plan;
  readonly by: string;
}

function takePlan({ data }: Epic, { settings: { overlaps }, plan, by }: Taken): void {
  const why = data.planFeedback ?? 'the first plan';
  setPlan(data, overlaps === 'sequence' ? inSequence(plan) : plan, { at: new Date().toISOString(), by, why });
}

/** Undefined when approved, else what the person wants changed. */
async function askPlanApproval(epic: Epic): Promise<string | undefined> {
  const { data } = epic;
  epic.tell('PLANNING', 'waits for the plan’s approval', { kind: 'person', reason: 'plan approval' });
  const answer = await epic.askPerson('plan', () => planQuestion(data.tasks.map(({ task }) => task)));
  if (isApproval(answer)) return undefined;
  return answer.comment ?? answer.answer ?? 'The plan was rejected without a comment.';
}

/** Names the tasks that overlap, and offers to keep them apart. */
function planQuestion(plan: Plan): Asking {
  const list = plan.map(({ key, title }) => `- ${key}: ${title}`).join('\n');
  const overlaps = overlapsOf(plan);
  const question = `Approve this plan?\n${list}`;
  if (overlaps.length === 0) {
    return { kind: 'plan', question: question.slice(0, MOST_OF_QUESTION), options: ['approve', 'reject', 'cancel'] };
  }
  const words = `These tasks will likely change the same files at the same time: ${overlapWords(overlaps)}. approve-in-sequence makes the later one of each pair wait.`;
  return {
    kind: 'plan',
    question: `${question.slice(0, MOST_OF_QUESTION - words.length - 2)}\n\n${words}`,
    options: ['approve', APPROVE_IN_SEQUENCE, 'reject', 'cancel'],
  };
}

const MOST_OF_QUESTION = 2_000;

async function planWithAgent(epic: Epic, settings: EpicSettings): Promise<Plan> {
  const { data } = epic;
  // Asked by the former run.
  if (epic.isAsked('planning')) await askToPlanAgain(epic, '');
  for (;;) {
    await answerPlanner(epic);
    await admission(epic);
    await epic.pausePoint();
    const { openedBy } = plannerOf(data, workflowInfo().firstExecutionRunId);
    epic.tell('PLANNING', 'is being planned');
    try {
      const plan = await withDetached(
        epic,
        settings,
        { name: 'plan', commit: settings.baseBranch },
        (placement, worktree) => runPlanner(epic, settings, { openedBy, placement, worktree }),
      );
      if (plan !== undefined) return plan;
      // It was parked, so that this run can end.
      await epic.runEnd.pass();
    } catch (error) {
      // A planner that somebody cancelled by hand is one that failed.
      if (CancellationScope.current().consideredCancelled || !(error instanceof TemporalFailure)) throw error;
      const failures = notePlanningFailed(data);
      epic.logLine({
        actor: 'factory',
        kind: 'retry',
        decision: `planning failed (${failureType(error) ?? 'unknown'})`,
        reason: failureMessage(error),
      });
      if (isAgentsOwn(error) && failures < settings.limits.attempts) continue;
      forgetPlanFailures(data);
      await askToPlanAgain(epic, failureMessage(error));
    }
  }
}

/** One round of the Orchestrator; undefined when it was parked in the middle. */
async function runPlanner(
  epic: Epic,
  settings: EpicSettings,
  at: { readonly openedBy: string; readonly placement: Placement; readonly worktree: string },
): Promise<Plan | undefined> {
  const { data } = epic;
  const { title, description } = data.input;
  const feedback = data.planFeedback === undefined ? {} : { feedback: data.planFeedback };
  const brief: Brief = { kind: 'plan', title, description, ...feedback };
  const parked = takeParkedPlanner(data);
  const ended = await runOwnAgent(epic, {
    ...{ purpose: 'plan', settings, brief, ...at },
    ...(parked === undefined ? {} : { parked }),
  });
  if ('parked' in ended) {
    parkPlanner(data, ended.parked);
    return undefined;
  }
  const { outcome } = ended;
  if (outcome.kind !== 'plan') throw ApplicationFailure.nonRetryable('No plan was handed in', 'AgentGaveUp');
  return outcome.tasks;
}

/** Waits, with no host and no admission, until people have answered what the Orchestrator asks before it plans. */
async function answerPlanner(epic: Epic): Promise<void> {
  const { data, workflowId } = epic;
  const asks = data.planner?.parked?.asks;
  if (asks === undefined) return;
  epic.tell('PLANNING', 'waits for an answer', { kind: 'person', reason: askedWords(asks) });
  for (const asked of asks) epic.open({ ...requestOf(asked), askedBy: workflowId });
  const answers = () => asks.flatMap(({ requestId }) => epic.answerTo(requestId) ?? []);
  await epic.runEnd.until(() => answers().length === asks.length);
  answerPlanned(data, answers());
}

async function askToPlanAgain(epic: Epic, reason: string): Promise<void> {
  if (!epic.isAsked('planning')) epic.tell('BLOCKED', 'planning failed', { kind: 'person', reason });
  const answered = epic.askPerson('planning', () => ({
    kind: 'question',
    question: `Planning failed: ${reason}. Choose: retry (plans again; the next planner reads what you add) or cancel (ends the epic).`,
    options: ['retry', 'cancel'],
  }));
  epic.releaseAdmission();
  const { comment, answer } = await answered;
  const words = comment ?? answer;
  if (words !== undefined) notePlanFeedback(epic.data, words);
}
