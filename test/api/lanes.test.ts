/** Lanes: the order is the line's own, and without an answer from it nobody is said to merge. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Worker } from '@temporalio/worker';
import { sql } from 'kysely';
import { createLineActivities } from '../../activities/merge-line.ts';
import { INTERCEPTORS } from '../../worker/bundle.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { openApiOnTemporal } from '../support/answering-epics.ts';
import { absentTemporal, createApi, type TestApi } from '../support/api.ts';
import { recorder } from '../support/recording.ts';
import { epicView, plannedTask, pullRequest, SHA, taskView } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

const BRANCH = 'factory/shop/epic';
const KEYS = ['first', 'second', 'third'];
const aTask = (key: string) => ({ ...plannedTask(key, 0).task, dependsOn: [] });
const [{ database, temporal, api, stop }, workflowBundle] = await Promise.all([
  openApiOnTemporal(),
  bundleTestWorkflows('test/support/lane-workflows.ts', { interceptors: INTERCEPTORS }),
]);
after(stop);

before(async () => {
  const records = recorder(database.db);
  const tasks = [...KEYS, 'done'].map((key, position) => plannedTask(key, position, { task: aTask(key) }));
  await records.epic(epicView('shop', 1, { tasks }));
  const record = (key: string, number: number, view: object) =>
    records.task(
      taskView('shop', key, 1, {
        pullRequest: pullRequest(number, { head: `factory/shop/${key}`, base: BRANCH }),
        ...view,
      }),
    );
  for (const [index, key] of KEYS.entries()) {
    const hold = { kind: 'lane' as const, reason: 'others merge first', since: `2026-01-01T00:00:0${index}.000Z` };
    await record(key, index + 1, index === 0 ? {} : { hold });
  }
  const startedAt = new Date(Date.now() - 600_000).toISOString();
  await record('done', 9, {
    ...{ state: 'COMPLETED', startedAt, closedAt: new Date(Date.now() - 300_000).toISOString() },
    pullRequest: pullRequest(9, { head: 'factory/shop/done', base: BRANCH, state: 'merged', mergedSha: SHA }),
    submissions: [{ number: 1, headSha: SHA, treeSha: SHA, state: 'merged' }],
  });
});

async function laneOf(from: TestApi = api) {
  const { status, body } = await from.ask('GET', '/lanes');
  assert.equal(status, 200);
  return body.lanes.find((lane: { branch: string }) => lane.branch === BRANCH);
}

test('a lane tells who merges since when, who waits behind whom, and how it went', async () => {
  const { askTurn, leaveTurn } = createLineActivities({ temporal: temporal.client });
  const worker = await Worker.create({ connection: temporal.connection, taskQueue: FACTORY_QUEUE, workflowBundle });
  await worker.runUntil(async () => {
    const target = { repository: 'example', branch: BRANCH };
    const askedAt = Date.now();
    for (const [index, key] of KEYS.entries()) {
      const member = `epic-shop/task-${key}`;
      const { firstExecutionRunId: run } = await temporal.client.workflow.start('memberWorkflow', {
        ...{ workflowId: member, taskQueue: FACTORY_QUEUE },
      });
      // The third is urgent, and goes before the second.
      const asked = { member, run, ticket: key, priority: index === 2 ? 1 : 0, since: askedAt + index };
      const merging = { epicId: 'shop', taskKey: key, branch: BRANCH, headSha: SHA, policyHash: 'p' };
      await askTurn({ ...target, ...asked, isBehind: false, merging });
    }
    const lane = await waitFor(async () => {
      const found = await laneOf();
      return found?.merging !== null && found.waiting.length === 2 && found;
    });
    assert.equal(lane.isLive, true);
    assert.deepEqual(
      [lane.merging.taskKey, lane.merging.title, lane.merging.pullRequest, lane.merging.headSha],
      ['first', 'Do first', 1, SHA],
    );
    assert.equal(Date.parse(lane.merging.since), askedAt);
    assert.ok(Date.parse(lane.merging.grantedAt) >= askedAt);
    assert.deepEqual(
      lane.waiting.map(({ taskKey, behind }: Record<string, string>) => [taskKey, behind]),
      [
        ['third', 'shop.first'],
        ['second', 'shop.third'],
      ],
    );
    await leaveTurn({ ...target, member: 'epic-shop/task-first', ticket: 'first', settlesUntil: Date.now() + 60_000 });
    const next = await waitFor(async () => {
      const found = await laneOf();
      return found.merging?.taskKey === 'third' && found;
    });
    assert.deepEqual(
      next.settling.map(({ taskKey }: { taskKey: string }) => taskKey),
      ['first'],
    );
  });
  const { verdicts, leadTime } = await laneOf();
  assert.deepEqual(
    verdicts.map(({ taskKey, title, submission, verdict }: Record<string, unknown>) => [
      ...[taskKey, title],
      ...[submission, verdict],
    ]),
    [['done', 'Do done', 1, 'merged']],
  );
  assert.deepEqual([leadTime.merges, Math.round(leadTime.medianSeconds)], [1, 300]);
});

test('while the line does not answer those who wait are shown as recorded, and nobody is said to merge', async () => {
  const away = await createApi(database.db, absentTemporal());
  const { isLive, merging, waiting } = await laneOf(away);
  await away.close();
  assert.deepEqual([isLive, merging], [false, null]);
  assert.deepEqual(
    waiting.map(({ taskKey, behind, since }: Record<string, string>) => [taskKey, behind, since]),
    [
      ['second', null, '2026-01-01T00:00:01.000Z'],
      ['third', 'shop.second', '2026-01-01T00:00:02.000Z'],
    ],
  );
});

test('a branch that nothing is merged into any more is no lane', async () => {
  await sql`update pull_requests set state = 'closed'`.execute(database.db);
  await sql`update epics set closed_at = now(), state = 'CANCELLED'`.execute(database.db);
  assert.deepEqual((await api.ask('GET', '/lanes')).body, { lanes: [], more: false });
});

test('of more than a hundred branches some are left out, and it is said', async () => {
  const lanes = async () => (await api.ask('GET', '/lanes')).body;
  await sql`insert into pull_requests (repository, number, epic_id, url, title, head, base, head_sha, state)
    select 'example', 1000 + n, 'shop', 'u', 't', 'h' || n, 'b' || n, 'a', 'open' from generate_series(1, 100) n`.execute(
    database.db,
  );
  const all = await lanes();
  assert.deepEqual([all.lanes.length, all.more], [100, false]);
  await sql`update pull_requests set state = 'open', base = 'another' where number = 1`.execute(database.db);
  const cut = await lanes();
  assert.deepEqual([cut.lanes.length, cut.more], [100, true]);
});
