/** Histories that end otherwise than by a workflow's own success or failure: terminated, reset, continued as new. */

import type { TurnResult } from '../../activities/agent/take-turn.ts';
import { lineWorkflowId } from '../../db/line-id.ts';
import { resetTo } from '../support/reset.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, submitWork, tasks } from '../workflows/answers.ts';
import type { openStage } from '../workflows/stage.ts';

type Stage = Awaited<ReturnType<typeof openStage>>;
type Save = (name: string, workflowId: string, runId?: string) => Promise<void>;

/** A plan that was given and is rejected leaves nothing to do. */
export async function recordFailed(stage: Stage, save: Save): Promise<void> {
  stage.play({});
  const input = { title: 'Failed', tasks: tasks({ a: [], b: [] }), requireApproval: ['plan'] };
  const handle = await stage.start('failed', input);
  const { requestId } = await stage.asked('failed', 'plan');
  await stage.respond('failed', requestId, 'reject', { comment: 'not like this' });
  await handle.result().catch(() => undefined);
  await save('epic-failed', 'epic-failed');
}

/** All executions of an epic, each closed from outside in the middle of a command. */
export async function recordTerminated(stage: Stage, save: Save): Promise<void> {
  const handle = await begin(stage, 'terminated');
  const parts = ['agent-terminated.a.implement.1', 'epic-terminated/task-a'];
  for (const id of parts) await stage.client.workflow.getHandle(id).terminate('to be recorded');
  await handle.terminate('to be recorded');
  await save('epic-terminated', 'epic-terminated');
  await save('task-terminated', 'epic-terminated/task-a');
  await save('agent-terminated', 'agent-terminated.a.implement.1');
}

/** Each kind of execution, taken back to half of its history in the middle of a command, as far as it then came. */
export async function recordReset(stage: Stage, save: Save): Promise<void> {
  for (const [kind, idOf] of Object.entries(RESETS)) {
    const epicId = `reset-${kind}`;
    const handle = await begin(stage, epicId);
    const workflowId = idOf(epicId);
    await resetTo(stage.client, { workflowId, choose: (completed) => completed[Math.floor(completed.length / 2)] });
    stage.play({});
    const target = stage.client.workflow.getHandle(idOf(epicId));
    const { runId } = await target.describe();
    await waitFor(async () => (await target.describe()).historyLength > 20, {
      what: 'some progress',
      timeoutMs: 20_000,
    });
    await save(`${kind}-reset`, idOf(epicId), runId);
    await handle.terminate('it was recorded');
  }
}

const RESETS = {
  epic: (id: string) => `epic-${id}`,
  task: (id: string) => `epic-${id}/task-a`,
  agent: (id: string) => `agent-${id}.a.implement.1`,
} as const;

/** On a stage where continuing as new is suggested soon: the first run of each, which ends so. */
export async function recordLong(stage: Stage, save: Save): Promise<void> {
  stage.play({
    takeTurn: ({ purpose, turn, taskKey }): TurnResult | undefined => {
      if (purpose !== 'implement') return undefined;
      return taskKey === 'rounds' || turn === 20 ? submitWork : answer({ name: 'bash' });
    },
    mergeTarget: (key, run) => (key === 'rounds' && run <= 2 ? 'conflict' : undefined),
    verify: (key, run) => key !== 'rounds' || run > 2,
  });
  const handle = await stage.start('long', {
    title: 'Long',
    tasks: tasks({ rounds: [], many: ['rounds'], last: ['many'] }),
  });
  await stage.until('long', ({ admitted }) => admitted, 'the supervisor to be there');
  const supervisor = stage.client.workflow.getHandle('supervisor');
  for (let i = 0; i < 60; i += 1) {
    await supervisor.signal('requestAdmission', { epicId: `ghost-${i}`, priority: 4 });
    await supervisor.signal('releaseAdmission', { epicId: `ghost-${i}` });
  }
  await handle.result();
  const line = stage.client.workflow.getHandle(LONG.line);
  for (let i = 0; i < 60; i += 1) await line.signal('leaveTurn', { member: 'ghost', ticket: `ghost-${i}` });
  for (const [name, workflowId] of Object.entries(LONG))
    await save(`${name}-continued`, workflowId, await firstRun(stage, workflowId));
}

const LONG = {
  epic: 'epic-long',
  task: 'epic-long/task-rounds',
  agent: 'agent-long.many.implement.1',
  supervisor: 'supervisor',
  line: lineWorkflowId({ repository: 'example', branch: 'main' }),
};

/** The oldest run, which must have been continued. */
async function firstRun({ client }: Stage, workflowId: string): Promise<string> {
  const query = `WorkflowId = '${workflowId}' AND ExecutionStatus = 'ContinuedAsNew'`;
  return waitFor(
    async () => {
      const runs: { runId: string; startTime: Date }[] = [];
      for await (const { runId, startTime } of client.workflow.list({ query })) runs.push({ runId, startTime });
      return runs.toSorted((a, b) => a.startTime.getTime() - b.startTime.getTime())[0]?.runId;
    },
    { what: `${workflowId} to continue as new` },
  );
}

/** An epic of one task whose Worker is in the middle of a command that does not end. */
export async function begin(stage: Stage, epicId: string, title = 'Closed') {
  const begun = Promise.withResolvers<void>();
  stage.play({
    bash: () => {
      begun.resolve();
      return new Promise(() => {});
    },
  });
  const handle = await stage.start(epicId, { title, tasks: tasks({ a: [], b: ['a'] }) });
  await begun.promise;
  return handle;
}
