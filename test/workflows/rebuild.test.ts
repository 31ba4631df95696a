/** The projection of an epic under way is lost and written again from Temporal, and the epic goes on telling. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client } from '@temporalio/client';
import { createCloseAbandoned } from '../../activities/forge/close-abandoned.ts';
import { rebuildProjection } from '../../activities/rebuild.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { resetTo } from '../support/reset.ts';
import { waitFor } from '../support/wait-for.ts';
import { tasks, words } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { db } = stage;

const TABLES = [
  'human_requests',
  'submissions',
  'pull_requests',
  'agents',
  'plan_revisions',
  'task_dependencies',
  'tasks',
  'epics',
] as const;

/** Everything but when a row was written, and which of two words about a task's end came last. */
async function projection(): Promise<Record<string, unknown[]>> {
  const rows = await Promise.all(
    TABLES.map(async (table) => {
      const found = await db
        .selectFrom(table as 'tasks')
        .selectAll()
        .execute();
      const said = found.map(({ updated_at: _, closed_at, ...row }) => ({ ...row, isClosed: closed_at !== null }));
      return [table, said.map((row) => JSON.stringify(row)).toSorted()] as const;
    }),
  );
  return Object.fromEntries(rows);
}

async function assertEqual(before: Record<string, unknown[]>): Promise<void> {
  const now = await projection();
  for (const table of TABLES) assert.deepEqual(now[table], before[table], table);
}

test('an epic that waits for a person is shown as before, and ends as if nothing had happened', async () => {
  stage.play({
    takeTurn: ({ taskKey, purpose }) => (taskKey === 'lost' && purpose === 'implement' ? words('refusal') : undefined),
  });
  const handle = await stage.start('again', {
    title: 'Again',
    tasks: tasks({ good: [], lost: [], held: ['good', 'lost'] }),
    requireApproval: ['merge'],
  });
  const { requestId } = await stage.asked('again', 'failed-task', 'lost');
  // Its next life is another run of the same task.
  stage.play({});
  await stage.respond('again', requestId, 'retry');
  await stage.asked('again', 'merge');
  // The workflow knows it before the record is written.
  await waitFor(async () => (await stage.epicRow('again'))?.admitted === false, { what: 'the record of the request' });

  const before = await projection();
  assert.deepEqual(
    TABLES.filter((table) => before[table]?.length === 0),
    [],
  );
  for (const table of TABLES) await db.deleteFrom(table).execute();
  await rebuildProjection({ db, temporal: stage.client });
  await assertEqual(before);
  // A second time changes nothing, and what somebody wrote by hand is put right.
  await db.updateTable('tasks').set({ state: 'FAILED', attempt: 99 }).execute();
  await rebuildProjection({ db, temporal: stage.client }, { epicIds: ['again'] });
  await assertEqual(before);

  await handle.signal('approve', { by: 'me' });
  await handle.result();
  assert.equal((await stage.epicRow('again'))?.state, 'COMPLETED');
});

/** Every row is lost, and written again. */
async function loseAndRebuild(): Promise<void> {
  for (const table of TABLES) await db.deleteFrom(table).execute();
  await rebuildProjection({ db, temporal: stage.client });
}

test('an epic that was terminated is shown as ended at once, with its tasks and questions', async () => {
  stage.play({});
  const handle = await stage.start('ended', {
    title: 'Ended',
    tasks: tasks({ a: [], b: [] }),
    requireApproval: ['merge'],
  });
  await stage.asked('ended', 'merge');
  await waitFor(async () => (await stage.epicRow('ended'))?.admitted === false, { what: 'the record of the request' });
  await handle.terminate('a test');
  await loseAndRebuild();
  const row = await stage.epicRow('ended');
  assert.deepEqual([row?.state, row?.phase], ['FAILED', 'closed from outside']);
  assert.match(JSON.stringify(row?.failure), /terminated by .*: a test/);
  const open = await db.selectFrom('human_requests').selectAll().where('state', '=', 'open').execute();
  assert.deepEqual(open, []);

  // The reconciler closed it, which no history tells.
  const pulls = async () => {
    const query = db.selectFrom('pull_requests').select(['number', 'state', 'merged_sha']);
    return await query.where('epic_id', '=', 'ended').where('task_key', 'is', null).execute();
  };
  const [pull] = await pulls();
  assert.equal(pull?.state, 'open');
  const forge = {
    readPullRequest: async () => ({ state: endedAs, mergedSha: 'c'.repeat(40) }) as never,
    comment: async () => {},
    close: async () => {},
  };
  let endedAs: 'open' | 'merged' = 'open';
  const closeAbandoned = createCloseAbandoned({ db, forge });
  const inActivity = () => new MockActivityEnvironment().run(closeAbandoned, new AbortController().signal);
  assert.equal(await inActivity(), 1);
  await loseAndRebuild();
  assert.deepEqual(await pulls(), [{ ...pull, state: 'closed' }]);

  // An epic that was reset speaks for itself again, until its next end.
  await resetTo(stage.client, { workflowId: 'epic-ended', choose: (completed) => completed.at(-1) });
  await loseAndRebuild();
  assert.equal((await stage.epicRow('ended'))?.closed_at, null);
  assert.deepEqual(await pulls(), [pull]);
  await stage.client.workflow.getHandle('epic-ended').terminate('a test');
  await loseAndRebuild();
  assert.deepEqual(await pulls(), [pull]);
  assert.equal(await inActivity(), 1);
  await loseAndRebuild();
  assert.deepEqual(await pulls(), [{ ...pull, state: 'closed' }]);
  await db.deleteFrom('decision_log').where('entry_key', 'like', 'close/%').execute();
  await loseAndRebuild();
  endedAs = 'merged';
  assert.equal(await inActivity(), 1);
  await loseAndRebuild();
  assert.deepEqual(await pulls(), [{ ...pull, state: 'merged', merged_sha: 'c'.repeat(40) }]);
});

test('a task that was reset keeps the submissions and pull request that its former run told', async () => {
  const gates = { review: Promise.withResolvers<void>(), again: Promise.withResolvers<void>() };
  let isReset = false;
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (purpose === 'review' && taskKey === 'a' && !isReset) await gates.review.promise;
      return undefined;
    },
    verify: async (taskKey) => {
      if (taskKey === 'a' && isReset) await gates.again.promise;
      return true;
    },
  });
  const handle = await stage.start('reset', { title: 'Reset', tasks: tasks({ a: [], b: [] }) });
  await waitFor(async () => (await stage.taskRow('reset', 'a'))?.phase === 'submission 1 is reviewed');
  isReset = true;
  const runId = await resetTo(stage.client, {
    workflowId: 'epic-reset/task-a',
    choose(completed, all) {
      const verify = all.findIndex(
        (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'verify',
      );
      return completed.findLast((event) => all.indexOf(event) < verify);
    },
  });
  gates.review.resolve();
  await waitFor(async () => {
    const row = await stage.taskRow('reset', 'a');
    return row?.run_id === runId && row.phase.startsWith('verifies');
  });
  const isListed = async () => {
    const runs: string[] = [];
    const query = "WorkflowId = 'epic-reset/task-a'";
    for await (const listed of stage.client.workflow.list({ query })) runs.push(listed.runId);
    return runs.length === 2;
  };
  await waitFor(isListed, { what: 'both runs in the list' });
  const pullRequests = () => db.selectFrom('pull_requests').select('head').where('epic_id', '=', 'reset').execute();
  const submissions = () => db.selectFrom('submissions').select('number').where('epic_id', '=', 'reset').execute();
  const before = [(await pullRequests()).length, (await submissions()).length];
  await loseAndRebuild();
  assert.deepEqual([(await pullRequests()).length, (await submissions()).length], before);
  assert.equal((await stage.taskRow('reset', 'a'))?.run_id, runId);
  gates.again.resolve();
  await handle.result();
});

test('a pull request that was closed with its work is shown as closed, whoever told of it last', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (purpose === 'review' && taskKey === 'dropped') await gate.promise;
      return undefined;
    },
  });
  const input = { title: 'Dropped', tasks: tasks({ dropped: [], other: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('dropped', input);
  await waitFor(async () => (await stage.taskRow('dropped', 'dropped'))?.phase === 'submission 1 is reviewed');
  await stage.update('dropped', 'cancelTask', { taskKey: 'dropped', by: 'me' });
  const { requestId } = await stage.asked('dropped', 'failed-task', 'dropped');
  await stage.respond('dropped', requestId, 'skip');
  await stage.asked('dropped', 'merge');
  await handle.cancel();
  await assert.rejects(handle.result());
  await loseAndRebuild();
  const rows = await db
    .selectFrom('pull_requests')
    .select(['head', 'state'])
    .where('epic_id', '=', 'dropped')
    .execute();
  assert.deepEqual(Object.fromEntries(rows.map(({ head, state }) => [head, state])), {
    'factory/dropped/dropped': 'closed',
    'factory/dropped/other': 'merged',
    'factory/dropped/epic': 'closed',
  });
});

/** Another client, whose histories come as `around` lets them. */
function temporalWith(around: <T>(workflowId: string, read: () => Promise<T>) => Promise<T>): Client {
  const client = new Client({ connection: stage.client.connection, namespace: stage.namespace });
  const getHandle = client.workflow.getHandle.bind(client.workflow);
  client.workflow.getHandle = (workflowId, ...rest) => {
    const handle = getHandle(workflowId, ...rest);
    return { ...handle, fetchHistory: () => around(workflowId, () => handle.fetchHistory()) };
  };
  return client;
}

test('records that an epic writes while its histories are read are kept', async () => {
  const gates = { read: Promise.withResolvers<void>(), ask: Promise.withResolvers<void>() };
  const asking = { kind: 'budget' as const, neededMicroUsd: 1, spentMicroUsd: 1, capMicroUsd: 1 };
  let turns = 0;
  stage.play({
    async takeTurn({ purpose }) {
      if (purpose !== 'implement') return undefined;
      turns += 1;
      await gates.ask.promise;
      return asking;
    },
  });
  const handle = await stage.start('meanwhile', { title: 'Meanwhile', tasks: tasks({ only: [] }) });
  await waitFor(() => turns === 1);
  let reads = 0;
  const temporal = temporalWith(async (_, read) => {
    const history = await read();
    reads += 1;
    await gates.read.promise;
    return history;
  });
  const rebuilt = rebuildProjection({ db, temporal }, { epicIds: ['meanwhile'] });
  await waitFor(() => reads > 0);
  gates.ask.resolve();
  const open = async () => {
    const requests = db.selectFrom('human_requests').select('kind').where('epic_id', '=', 'meanwhile');
    return (await requests.where('state', '=', 'open').execute()).map(({ kind }) => kind);
  };
  await waitFor(async () => (await open()).length === 1);
  const before = await stage.taskRow('meanwhile', 'only');
  gates.read.resolve();
  await rebuilt;
  assert.deepEqual(await open(), ['budget']);
  const now = await stage.taskRow('meanwhile', 'only');
  assert.ok(Number(now?.version) >= Number(before?.version), 'no older record');
  await handle.cancel();
  await assert.rejects(handle.result());
});

test('an epic whose histories cannot be read keeps no other from being written again', async () => {
  const temporal = temporalWith((workflowId, read) =>
    workflowId === 'epic-again' ? Promise.reject(new Error('Temporal is away')) : read(),
  );
  const written: string[] = [];
  const options = { epicIds: ['again', 'ended'], onEpic: (epicId: string) => void written.push(epicId) };
  await assert.rejects(
    rebuildProjection({ db, temporal }, options),
    /could not be rebuilt and keep their rows: again$/,
  );
  assert.deepEqual(written, ['ended']);
});
