/**
 * The checkpoint of a turn that may have changed files. The last such call takes it along where that is brief; else it is
 * an activity of its own beside the next model call.
 */
import { isCancellation } from '@temporalio/workflow';
import { brieflyOnHost } from '../activities.ts';
import { READ_ONLY } from '../contract/agent.ts';
import type { ToolCallRef } from '../contract/transcript.ts';
import type { CheckpointResult, SecretsAllowed } from '../contract/worktree.ts';
import { failureMessage, failureType } from '../failure.ts';
import { runOnHost } from '../host.ts';
import { type Agent, placementOf } from './context.ts';

/** True for a call that may change files in the task's worktree. */
export const changesFiles = ({ input }: Agent, call: ToolCallRef): boolean =>
  input.taskKey !== undefined && !READ_ONLY[input.purpose] && !call.readOnly;

/** Exceptions from the search for secrets, as they are now. */
export const exceptionsOf = ({ input: { policy, allowedSecrets = [] } }: Agent): SecretsAllowed => ({
  secretsAllowedIn: policy.secretsAllowedIn,
  allowedSecrets,
});

/** Runs beside the next model call. One that fails is shown and holds nothing up, unless the placement is lost. */
export function startCheckpoint(agent: Agent, turn: number): void {
  const { agentId, epicId, taskKey, repository } = agent.input;
  if (taskKey === undefined) return;
  const { placement, worktree } = placementOf(agent);
  const of = { epicId, taskKey, repository, placement, worktree, agentId, turn };
  agent.checkpointing = runOnHost(
    placement,
    (host) => host.checkpoint(`checkpoint of turn ${turn}`, { ...of, ...exceptionsOf(agent) }),
    { activitiesOf: brieflyOnHost, departures: agent.departures },
  ).then(
    (checkpoint) => logCheckpoint(agent, turn, checkpoint),
    (error: unknown) => {
      if (isCancellation(error) || FENCED.has(failureType(error) ?? '')) throw error;
      agent.logFailure(`no checkpoint of turn ${turn}`, failureMessage(error));
    },
  );
  // It is awaited before the next tool runs and before the agent closes; until then its failure has no listener.
  agent.checkpointing.catch(() => undefined);
}

const FENCED: ReadonlySet<string> = new Set(['PushRejected', 'HostLost', 'WorktreeGone', 'BaseRewritten']);

/** Logs secrets, files that were left out, and a checkpoint that the forge does not have yet. */
export function logCheckpoint(agent: Agent, turn: number, { sha, pushed, leftOut, secrets }: CheckpointResult): void {
  if (secrets.length > 0) {
    const findings = secrets.map(({ kind, file, line }) => `${kind} in ${file}:${line}`).join(', ');
    agent.logLine({
      actor: 'factory',
      kind: 'refusal',
      decision: `no checkpoint of turn ${turn}: it holds what looks like a secret`,
      reason: findings,
    });
  } else if (sha !== null && !pushed) {
    agent.logFailure(`the checkpoint of turn ${turn} is on this host only`, 'the forge does not answer');
  }
  if (leftOut.length > 0)
    agent.logLine({
      actor: 'factory',
      kind: 'decision',
      decision: 'left out of the checkpoint',
      reason: leftOut.join(', '),
    });
}
