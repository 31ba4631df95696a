/** Invariants of what must be gone when an epic has ended. */
import { globSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findLeftovers } from '../runner/leftovers.ts';
import { askStatus } from '../support/ask-status.ts';
import { waitFor } from '../support/wait-for.ts';
import { queryOf, type Run } from './run-facts.ts';

/** A record that met a kill is written again after ten seconds, and its run waits for that. */
const PATIENCE_MS = 90_000;

/** Waits for it: an epic says its end with a record, and its run closes after the last one. */
export async function allHaveClosed({ lane, epics, patienceMs = PATIENCE_MS }: Run): Promise<string[]> {
  const query = `(${queryOf(epics.map(({ id }) => id))}) AND ExecutionStatus = "Running"`;
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const open: string[] = [];
    for await (const { workflowId, runId } of lane.temporal.workflow.list({ query }))
      open.push(`${workflowId} ${runId}`);
    if (open.length === 0) return [];
    if (Date.now() >= deadline) return open.map((execution) => `${execution} has not closed`);
    await sleep(LOOK_MS);
  }
}

const LOOK_MS = 200;

export async function noSlotIsHeld({ lane, epics }: Run): Promise<string[]> {
  const ids = epics.map(({ id }) => id);
  const held = await lane.db.selectFrom('placements').select('holder').where('held', '=', true).execute();
  const own = held.filter(({ holder }) =>
    ids.some((id) => holder === `epic-${id}` || holder.startsWith(`epic-${id}/`)),
  );
  // The signal that frees an admission may still be on its way; one that met no supervisor is freed by the reconciler.
  await lane.temporal.workflow.execute('reconcileWorkflow', {
    taskQueue: 'factory',
    workflowId: `reconcile-slots-${crypto.randomUUID()}`,
  });
  const admitted = await waitFor(
    async () => {
      const status = await askStatus<{ admitted: string[] }>(lane.temporal.workflow.getHandle('supervisor'));
      const left = status.admitted.filter((id) => ids.includes(id));
      return left.length === 0 ? left : undefined;
    },
    { timeoutMs: 20_000, intervalMs: 200, what: 'every admission to be given back' },
  ).then(
    () => [],
    (error: Error) => [error.message],
  );
  return [...own.map(({ holder }) => `${holder} holds a slot`), ...admitted];
}

export async function nothingIsLeft({ lane, epics }: Run): Promise<string[]> {
  const sessions = await lane.sessions();
  const problems: string[] = [];
  for (const { id, tasks } of epics) {
    problems.push(...sessions.filter((name) => name.startsWith(`${id}/`)).map((name) => `the tmux session ${name}`));
    // What was cancelled keeps its worktree: nothing written is lost.
    const worktrees = globSync(`${id}/*`, { cwd: lane.worktrees }).map((path) => path.split('/').at(-1) ?? '');
    problems.push(
      ...worktrees
        .filter((name) => (tasks[name] ?? 'COMPLETED') === 'COMPLETED')
        .map((name) => `the worktree ${id}/${name}`),
    );
    problems.push(...processesOf(lane.folder, id).map((command) => `the process ${command}`));
  }
  return problems;
}

/** Processes that run in a worktree of the epic, or on behalf of one of its commands. */
function processesOf(folder: string, epicId: string): string[] {
  // The tmux server keeps the command line that it was started with.
  const isServer = (command: string) => /^(\S*\/)?tmux /.test(command);
  return findLeftovers(folder)
    .filter(({ command, cwd }) => !isServer(command) && `${cwd} ${command}`.includes(`/${epicId}/`))
    .map(({ command }) => command);
}
