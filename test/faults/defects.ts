/** A defect for each invariant, by its sentence: what the invariant looks for, planted after a sound run. */
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '../support/wait-for.ts';
import type { INVARIANTS } from './invariants.ts';
import type { Run } from './run-facts.ts';

/** Plants it in a run of one epic; returns the facts that the invariant is asked of, and what takes the defect away. */
type Defect = (run: Run, epicId: string) => Promise<{ run?: Run; undo?: () => unknown }>;

interface Value {
  readonly table: string;
  /** The column that names the epic. */
  readonly where: string;
  readonly column: string;
  readonly value: unknown;
}

const changed = (run: Run, facts: Partial<Run>): { run: Run } => ({ run: { ...run, ...facts } });

/** One row of the table gets another value, and then its own again. */
async function withValue({ lane: { db } }: Run, epicId: string, { table, where, column, value }: Value) {
  const rows = db.selectFrom(table as 'epics').selectAll();
  const row = (await rows.where(where as 'id', 'like', `%${epicId}%`).executeTakeFirstOrThrow()) as Record<
    string,
    unknown
  >;
  const set = (to: unknown) =>
    db
      .updateTable(table as 'epics')
      .set({ [column]: to })
      .where(where as 'id', '=', row[where] as string)
      .execute();
  await set(value);
  return { undo: () => set(row[column]) };
}

export const DEFECTS: Readonly<Record<keyof typeof INVARIANTS, Defect>> = {
  'every execution has closed': async (run, epicId) => {
    const options = { workflowId: `epic-${epicId}/planted`, taskQueue: 'nobody-polls' };
    const { workflow } = run.lane.temporal;
    const planted = await workflow.start('epicWorkflow', options);
    // The server lists a new execution a moment after its start.
    const listed = () => workflow.count(`WorkflowId = "${options.workflowId}" AND ExecutionStatus = "Running"`);
    await waitFor(async () => (await listed()).count > 0, { what: 'the planted execution to be listed' });
    return { ...changed(run, { patienceMs: 1_000 }), undo: () => planted.terminate() };
  },
  'the epic and each of its tasks ended as it should': async (run) => changed(run, { last: new Map() }),
  'one pull request and one merge a task': (run, epicId) =>
    withValue(run, epicId, { table: 'forge_pull_requests', where: 'head', column: 'title', value: 'Another' }),
  'each change is on the base branch exactly once': async ({ lane }, epicId) => {
    const { git } = lane.repository;
    const before = await git('rev-parse', 'main');
    const [subject = ''] = (await git('log', '--no-merges', '--format=%s', 'main'))
      .split('\n')
      .filter((line) => line.endsWith(` of ${epicId}`));
    const twice = await git('commit-tree', `${before}^{tree}`, '-p', before, '-m', subject);
    await git('update-ref', 'refs/heads/main', twice);
    return { undo: () => git('update-ref', 'refs/heads/main', before) };
  },
  'each command started once': async ({ lane }, epicId) => {
    appendFileSync(path.join(lane.notes, epicId), 'one\none\n');
    return {};
  },
  'no turn is stored twice, and at most one answer a kill was not stored': async (run) => {
    const again = Array.from({ length: run.interruptions + 1 }, () => run.calls.slice(0, 1)).flat();
    return changed(run, { calls: [...run.calls, ...again] });
  },
  'no reservation is open, and the cap was kept': (run, epicId) =>
    withValue(run, epicId, { table: 'budgets', where: 'epic_id', column: 'cap_microusd', value: 1 }),
  'no slot of a host or of the supervisor is held': (run, epicId) =>
    withValue(run, epicId, { table: 'placements', where: 'holder', column: 'held', value: true }),
  'no process, tmux session or worktree is left over': async ({ lane }, epicId) => {
    const worktree = path.join(lane.worktrees, epicId, 'one');
    mkdirSync(worktree, { recursive: true });
    return { undo: () => rmSync(worktree, { recursive: true }) };
  },
  'no workflow task failed': async (run, epicId) => {
    const events = [{ workflowTaskFailedEventAttributes: { failure: { message: 'planted' } } }];
    const execution = { workflowId: epicId, runId: epicId, type: 'epicWorkflow', events };
    return changed(run, { executions: async () => [execution] });
  },
  'the projection says what the workflows say': (run, epicId) =>
    withValue(run, epicId, { table: 'agents', where: 'workflow_id', column: 'turn', value: 99 }),
  'each pull request is shown as the forge has it': (run, epicId) =>
    withValue(run, epicId, { table: 'pull_requests', where: 'epic_id', column: 'state', value: 'open' }),
  // What is written again is not what was there.
  'the projection, emptied, is rebuilt from Temporal': async (run, epicId) => {
    await withValue(run, epicId, { table: 'tasks', where: 'workflow_id', column: 'title', value: 'Another' });
    return {};
  },
};
