/** Runs one round of an agent as a child workflow, on a transcript of its own. */

import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { sleep, startChild } from '@temporalio/workflow';
import { factory } from './activities.ts';
import { sendAdopted } from './adopted-policy.ts';
import { agentWorkflow } from './agent/agent.ts';
import { resultOf } from './child-end.ts';
import type { AgentResult, ParkedRound } from './contract/agent.ts';
import type { Brief } from './contract/brief.ts';
import type { TaskBudget } from './contract/budget.ts';
import { agentWorkflowId } from './contract/ids.ts';
import { defined } from './contract/optional-fields.ts';
import type { Placement } from './contract/placement.ts';
import { type EpicSettings, NO_QUESTIONS } from './contract/settings.ts';
import type { Purpose } from './contract/states.ts';
import type { OpenedTranscript } from './contract/transcript.ts';
import { runOnHost } from './host.ts';
import type { HostDepartures } from './host-departures.ts';
import { CHILD, endsWithinMs } from './options.ts';

export type Round = AnyRound & (RoundOnHost | RoundWithoutHost);
/** An epic's part of the input of a round of its own agents. */
export type OwnRound = Omit<AnyRound, 'epicId' | 'isPaused' | 'departures'> & (RoundOnHost | RoundWithoutHost);

interface RoundOnHost {
  readonly placement: Placement;
  readonly worktree: string;
  readonly brief: Brief;
}

/** A round of an agent that only judges what its brief says, and needs no host. */
interface RoundWithoutHost {
  /** Opens the transcript, and stores what the next turn begins with. Harmless twice. */
  readonly open: () => Promise<OpenedTranscript>;
  readonly turnLimit: number;
  readonly capMicroUsd: number;
}

interface AnyRound {
  readonly epicId: string;
  readonly taskKey?: string;
  readonly purpose: Purpose;
  /** Names the wish for its agent, all of whose rounds are in one transcript. */
  readonly openedBy: string;
  readonly settings: EpicSettings;
  readonly isPaused: () => boolean;
  readonly departures: HostDepartures;
  /** Values that look like secrets and that a person allowed, by hash. */
  readonly allowedSecrets?: readonly string[];
  /** Findings of earlier reviews that a review speaks of, by id. */
  readonly mustJudge?: readonly string[];
  /** Where the settings allow a round more turns. */
  readonly mostTurns?: number;
  /** Acceptance criteria that a review speaks of. */
  readonly criteria?: readonly string[];
  /** The agent was parked in the middle of its round, and goes on there. */
  readonly parked?: ParkedRound;
  /** The task's own caps. */
  readonly taskBudget?: TaskBudget | undefined;
  /** Called with the agent before it starts. */
  readonly onOpened?: (agent: OpenedTranscript) => void;
}

/** `onStarted` gets the child's id and whether it was started paused: from then on pauses reach it by signal. */
export async function runAgent(
  round: Round,
  onStarted: (workflowId: string, paused: boolean) => void,
): Promise<AgentResult | { readonly parked: ParkedRound }> {
  const { epicId, taskKey, purpose, openedBy, settings, parked } = round;
  const task = taskKey === undefined ? {} : { taskKey };
  const { repository } = settings;
  const { agentId, attempt, firstTurn } = parked === undefined ? await open(round) : onWith(parked);
  const workflowId = agentWorkflowId(agentId);
  const paused = round.isPaused();
  const { policyHash } = settings;
  const child = await startAlone(workflowId, () =>
    startChild(agentWorkflow, {
      ...CHILD,
      workflowId,
      staticSummary: `${purpose} ${taskKey ?? 'the epic'}, attempt ${attempt}`,
      args: [
        {
          agentId,
          epicId,
          purpose,
          attempt,
          firstTurn,
          turnLimit: Math.min(settings.limits.turns, round.mostTurns ?? settings.limits.turns),
          pin: settings.agents[purpose],
          ...defined({ taskBudget: round.taskBudget }),
          ...ownOf(round),
          repository,
          policy: settings.policy,
          ...defined({ allowedSecrets: round.allowedSecrets }),
          paused,
          ...task,
          ...(settings.approvals.includes(NO_QUESTIONS) ? { asksNobody: true } : {}),
          ...defined({ mustJudge: round.mustJudge, criteria: round.criteria }),
          ...(parked === undefined ? {} : { carry: parked.carry }),
        },
      ],
    }),
  );
  onStarted(workflowId, paused);
  if (settings.policyHash !== policyHash) await sendAdopted(workflowId, settings);
  const ended = await resultOf(child);
  if (!('parked' in ended)) return ended;
  const { parked: carry, asks } = ended;
  return { parked: { openedBy, agentId, attempt, carry, ...defined({ asks }) } };
}

const ownOf = (round: Round) =>
  'open' in round
    ? { turnLimit: round.turnLimit, capMicroUsd: round.capMicroUsd }
    : { placement: round.placement, worktree: round.worktree };

async function open(round: Round) {
  const opened = 'open' in round ? await round.open() : await openOnHost(round);
  round.onOpened?.(opened);
  const { agentId, attempt, nextTurn: firstTurn } = opened;
  return { agentId, attempt, firstTurn };
}

function openOnHost(round: AnyRound & RoundOnHost): Promise<OpenedTranscript> {
  const { epicId, taskKey, purpose, openedBy, settings, placement, worktree, brief, departures } = round;
  const { repository } = settings;
  const task = taskKey === undefined ? {} : { taskKey };
  return runOnHost(
    placement,
    (host) =>
      host.openRound(`round of ${purpose} ${taskKey ?? 'the epic'}: ${brief.kind}`, {
        ...{ epicId, purpose, openedBy, repository, placement, worktree, brief, ...task },
      }),
    { departures },
  );
}

const onWith = ({ agentId, attempt, carry }: ParkedRound) => ({ agentId, attempt, firstTurn: carry.turn });

/** After a reset of its parent an agent of the former run may still be open: it ends, and what it stored is gone on from. */
async function startAlone<T>(workflowId: string, start: () => Promise<T>): Promise<T> {
  for (let times = 1; ; times += 1) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      await factory.requestCancel('its former run ends', { workflowId, reason: 'another run of its task starts it' });
      await sleep(endsWithinMs(times), { summary: 'the former agent ends' });
    }
  }
}
