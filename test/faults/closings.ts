/** Executions that a person closes or resets with Temporal's own tools: settled, adopted, or a person is asked. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EpicNow } from '../support/play-epic.ts';
import { waitFor } from '../support/wait-for.ts';
import type { SuiteEpic } from './epic.ts';
import { findViolations } from './invariants.ts';
import type { Job } from './job.ts';
import type { Lane } from './lane.ts';
import { type Outcome, runEpics } from './run-epics.ts';
import { createRun } from './run-facts.ts';
import { isSlow, slowEpic } from './slow-epic.ts';

const SETTLED_WITHIN_MS = 120_000;

export function closingJobs(): Job[] {
  const jobs: [string, Job['run']][] = [
    ['terminate:epic', terminateEpic],
    ['terminate:task', terminateTask],
    ...RESETS.map(([name, workflowId]): [string, Job['run']] => [
      `reset:${name}`,
      (lane, run) => resetOne(lane, `reset-${name}-${run}`, workflowId),
    ]),
  ];
  return jobs.map(([name, run]) => ({ name, cases: [name], run }));
}

/** The execution that is reset while the command of its epic's only slow task runs. */
const RESETS: [string, (epicId: string) => string][] = [
  ['epic', (id) => `epic-${id}`],
  ['task', (id) => `epic-${id}/task-slow`],
  ['agent', (id) => `agent-${id}.slow.implement.1`],
  ['supervisor', () => 'supervisor'],
  ['reconcile', (id) => `reconcile-${id}`],
];

/** Its workflow is closed from outside while its command runs. */
const closedEpic = (id: string): SuiteEpic => ({ ...slowEpic(id), mayInterrupt: true });

const epicNow = async (lane: Lane, id: string): Promise<EpicNow | undefined> =>
  (await lane.api.GET('/epics/{id}', { params: { path: { id } } })).data as EpicNow | undefined;

async function terminateTask(lane: Lane, run: string): Promise<Outcome> {
  const id = `terminate-task-${run}`;
  return runEpics(lane, {
    epics: [closedEpic(id)],
    harm: async () => {
      await isSlow(lane, id);
      await lane.temporal.workflow.getHandle(`epic-${id}/task-slow`).terminate('the suite');
      return 1;
    },
  });
}

async function terminateEpic(lane: Lane, run: string): Promise<Outcome> {
  const id = `terminate-epic-${run}`;
  const epic: SuiteEpic = { ...closedEpic(id), ends: 'FAILED', tasks: CANCELLED, lines: [] };
  const violations: string[] = [];
  let last: EpicNow | undefined;
  const { deaths, runs } = await runEpics(lane, {
    epics: [],
    harm: async () => {
      await lane.api.POST('/epics', { params: { header: { 'idempotency-key': id } }, body: epic.body });
      await isSlow(lane, id);
      await lane.temporal.workflow.getHandle(`epic-${id}`).terminate('the suite');
      const isSettled = ({ state, tasks, requests }: EpicNow) =>
        state === 'FAILED' && tasks.every(({ state: own }) => FINAL.has(own)) && requests.length === 0;
      last = await waitFor(
        async () => {
          const now = await epicNow(lane, id);
          return now !== undefined && isSettled(now) ? now : undefined;
        },
        { timeoutMs: SETTLED_WITHIN_MS, intervalMs: 500, what: 'the terminated epic to be settled' },
      ).catch((error: Error) => {
        violations.push(error.message);
        return undefined;
      });
      return 1;
    },
  });
  const kept = join(lane.worktrees, id, 'slow', 'notes', `${id}-slow.txt`);
  if (!existsSync(kept)) violations.push(`what the terminated task had written is gone: ${kept}`);
  const facts = createRun({ lane, epics: [epic], last: new Map(last ? [[id, last]] : []), interruptions: 2 });
  return { violations: [...violations, ...(await findViolations(facts))], deaths, runs };
}

const CANCELLED = { slow: 'CANCELLED', other: 'CANCELLED' } as const;
const FINAL: ReadonlySet<string> = new Set(['COMPLETED', 'CANCELLED', 'FAILED']);

/** Resets to the last workflow task, as `temporal workflow reset --type LastWorkflowTask` does. */
async function resetOne(lane: Lane, id: string, workflowIdOf: (id: string) => string): Promise<Outcome> {
  return runEpics(lane, {
    epics: [closedEpic(id)],
    harm: async () => {
      const workflowId = workflowIdOf(id);
      // It is over in a moment, so it is one that has ended that is reset.
      const options = { taskQueue: 'factory', workflowId };
      if (workflowId.startsWith('reconcile-')) await lane.temporal.workflow.execute('reconcileWorkflow', options);
      await isSlow(lane, id);
      await reset(lane, workflowId);
      if (workflowId.startsWith('reconcile-')) await lane.temporal.workflow.getHandle(workflowId).result();
      await sleep(500);
      return 2;
    },
  });
}

async function reset({ temporal }: Lane, workflowId: string): Promise<void> {
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  const completed = (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes);
  // Half way back: what happened since is done again, or adopted.
  const point = completed[Math.floor(completed.length / 2)];
  const { runId } = await temporal.workflow.getHandle(workflowId).describe();
  await temporal.workflowService.resetWorkflowExecution({
    namespace: temporal.options.namespace,
    workflowExecution: { workflowId, runId },
    reason: 'the suite',
    workflowTaskFinishEventId: point?.eventId as never,
    requestId: randomUUID(),
  });
}
