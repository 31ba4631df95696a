/** The invariants can fail: each is asked after a sound run, and again after somebody has planted what it looks for. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { required } from '../support/environment.ts';
import { type EpicNow, playEpic, within } from '../support/play-epic.ts';
import { INVARIANTS, type Invariant } from './invariants.ts';
import { type Lane, openLane } from './lane.ts';
import { createRun, type Run } from './run-facts.ts';
import { pair } from './scenarios.ts';
import { suiteScenario } from './scripts.ts';

const ID = 'sound';
let lane: Lane;
let run: Run;

before(async () => {
  lane = await openLane({ bundle: required('FACTORY_TEST_BUNDLE'), scenario: suiteScenario });
  const epic = pair(ID);
  const last = new Map([[ID, (await playEpic(lane, epic, within(60_000))) as EpicNow]]);
  run = createRun({ lane, epics: [epic], last, interruptions: 0 });
});
after(() => lane?.end());

/** Plants a defect; answers with the facts that the invariant is asked of, and with what takes the defect away. */
type Defect = () => Promise<{ run?: Run; undo?: () => unknown }>;

const changed = (facts: Partial<Run>): { run: Run } => ({ run: { ...run, ...facts } });

/** One row of the table gets another value, and then its own again. */
async function withValue(table: string, where: string, column: string, value: unknown) {
  const { db } = lane;
  const rows = db.selectFrom(table as 'epics').selectAll();
  const row = (await rows.where(where as 'id', 'like', `%${ID}%`).executeTakeFirstOrThrow()) as Record<string, unknown>;
  const set = (to: unknown) =>
    db
      .updateTable(table as 'epics')
      .set({ [column]: to })
      .where(where as 'id', '=', row[where] as string)
      .execute();
  await set(value);
  return { undo: () => set(row[column]) };
}

const DEFECTS: Readonly<Record<keyof typeof INVARIANTS, Defect>> = {
  'every execution has closed': async () => {
    const options = { workflowId: `epic-${ID}/planted`, taskQueue: 'nobody-polls' };
    const planted = await lane.temporal.workflow.start('epicWorkflow', options);
    return { ...changed({ patienceMs: 1_000 }), undo: () => planted.terminate() };
  },
  'the epic and each of its tasks ended as it should': async () => changed({ last: new Map() }),
  'one pull request and one merge a task': () => withValue('forge_pull_requests', 'head', 'title', 'Another'),
  'each change is on the base branch exactly once': async () => {
    const { git } = lane.repository;
    const before = await git('rev-parse', 'main');
    const twice = await git('commit-tree', `${before}^{tree}`, '-p', before, '-m', `Write one of ${ID}`);
    await git('update-ref', 'refs/heads/main', twice);
    return { undo: () => git('update-ref', 'refs/heads/main', before) };
  },
  'each command started once': async () => {
    const file = path.join(lane.notes, ID);
    appendFileSync(file, 'one\none\n');
    return {};
  },
  'no turn is stored twice, and at most one answer a kill was not stored': async () =>
    changed({ calls: [...run.calls, ...run.calls.slice(0, 1)] }),
  'no reservation is open, and the cap was kept': () => withValue('budgets', 'epic_id', 'cap_microusd', 1),
  'no slot of a host or of the supervisor is held': () => withValue('placements', 'holder', 'held', true),
  'no process, tmux session or worktree is left over': async () => {
    const worktree = path.join(lane.worktrees, ID, 'one');
    mkdirSync(worktree, { recursive: true });
    return { undo: () => rmSync(worktree, { recursive: true }) };
  },
  'no workflow task failed': async () => {
    const events = [{ workflowTaskFailedEventAttributes: { failure: { message: 'planted' } } }];
    return changed({ executions: async () => [{ workflowId: ID, runId: ID, type: 'epicWorkflow', events }] });
  },
  'the projection says what the workflows say': () => withValue('agents', 'workflow_id', 'turn', 99),
  // What is written again is not what was there.
  'the projection, emptied, is rebuilt from Temporal': async () => {
    await withValue('tasks', 'workflow_id', 'title', 'Another');
    return {};
  },
};

for (const [sentence, ask] of Object.entries<Invariant>(INVARIANTS)) {
  test(`${sentence}: holds, and is contradicted by what is planted`, async () => {
    assert.deepEqual(await ask(run), []);
    const planted = await DEFECTS[sentence as keyof typeof DEFECTS]?.();
    const contradictions = await ask(planted?.run ?? run);
    await planted?.undo?.();
    assert.notDeepEqual(contradictions, []);
  });
}
