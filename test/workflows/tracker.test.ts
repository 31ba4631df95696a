/** From an issue in Linear to an epic, on real Temporal, PostgreSQL and API; Linear is the double, over HTTP. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loadConfig } from '../../config/config.ts';
import { absentTemporal, createApi } from '../support/api.ts';
import { type Delivery, signed, startLinear, WEBHOOK_SECRET } from '../support/linear/server.ts';
import type { StoredIssue } from '../support/linear/store.ts';
import { waitFor } from '../support/wait-for.ts';
import { openStage } from './stage.ts';

const linear = await startLinear();
const stage = await openStage({ linear: loadConfig(linear.variables).linear, settings: { approvals: ['plan'] } });
const webhookSecrets = { linear: WEBHOOK_SECRET };
const api = await createApi(stage.db, stage.client, { webhookSecrets });
after(async () => {
  linear.onChange(undefined);
  await api.close();
  await stage.close();
  await linear.close();
});

const send = ({ body, headers }: Delivery) => api.ask('POST', '/webhooks/linear', body, { ...headers });
linear.onChange(send);

const about = (issue: StoredIssue) => signed({ type: 'Issue', action: 'update', data: { id: issue.id } });
const epicOf = (issue: StoredIssue) => `linear-${issue.identifier.toLowerCase()}`;
const eventually = <T>(what: string, look: () => T | Promise<T>) => waitFor(look, { timeoutMs: 40_000, what });

/** An issue that asks to be built. */
const wanted = (title: string, description = '') => linear.store.addIssue({ title, description, labels: ['factory'] });

const { commentWith } = linear;

/** Says yes to the plan in Linear, which is where it was asked. */
async function approvePlan(issue: StoredIssue): Promise<void> {
  linear.say(issue, 'Approve, please', await commentWith(issue, 'Approve this plan?'));
}

/** The state that it ended in. */
async function ended(issue: StoredIssue, id = epicOf(issue)): Promise<string | undefined> {
  await eventually(`the start of ${id}`, () => stage.epicRow(id));
  await stage
    .handle(id)
    .result()
    .catch(() => undefined);
  return (await stage.epicRow(id))?.state;
}

const epicsOf = async (issue: StoredIssue): Promise<string[]> => {
  const rows = await stage.db.selectFrom('epics').select('id').where('source_id', '=', issue.identifier).execute();
  return rows.map(({ id }) => id).toSorted();
};

const kindsOf = (issue: StoredIssue) =>
  linear
    .said(issue)
    .map(({ body }) => /\*\*(.+?)\*\*/.exec(body)?.[1])
    .toSorted();

/** Waits until the intake has left the issue for this reason. */
const reasonFor = (issue: StoredIssue, reason: RegExp) =>
  eventually(`the reason ${reason}`, async () => {
    const rows = await stage.db.selectFrom('tracker_issues').selectAll().where('issue_id', '=', issue.id).execute();
    return rows.find((row) => row.outcome === 'skipped' && reason.test(row.reason));
  });

const moves = (issue: StoredIssue) => issue.history.map(({ to }) => to.name);

test('an issue with the label becomes an epic, whose tasks are its open sub-issues in the order of their blockers', async () => {
  const issue = linear.store.addIssue({ title: 'Till', description: 'Count coins', priority: 2 });
  const first = linear.store.addIssue({ title: 'First', parent: issue });
  const before = linear.store.addIssue({ title: 'Done before', parent: issue, state: 'Done' });
  const second = linear.store.addIssue({ title: 'Second', parent: issue, blockedBy: [first.id] });
  linear.say(issue, 'Use whole cents');
  await linear.settle();
  assert.deepEqual(await epicsOf(issue), []);
  linear.store.edit(issue, { labels: ['Factory'] });
  await approvePlan(issue);
  assert.equal(await ended(issue), 'COMPLETED');
  const { tasks, input } = await stage.status(epicOf(issue));
  assert.deepEqual(
    tasks.map(({ task }) => [task.key, task.title, task.dependsOn]),
    [
      [first.identifier.toLowerCase(), 'First', []],
      [second.identifier.toLowerCase(), 'Second', [first.identifier.toLowerCase()]],
    ],
  );
  assert.equal(input.priority, 2);
  assert.match(input.description, /^Count coins\n\n[\s\S]*Done before[\s\S]*ada[\s\S]*Use whole cents/);
  await eventually('the last move', () => issue.state.type === 'completed');
  assert.deepEqual(moves(issue), ['In Progress', 'Done']);
  assert.deepEqual([moves(first), moves(before), moves(second)], [['Done'], [], ['Done']]);
  linear.store.edit(first, { labels: ['factory'] });
  linear.store.move(first, linear.store.stateOf('ENG', 'Todo'));
  await reasonFor(first, /^it is a task of linear-eng-/);
});

test('a hundred deliveries at once and twenty after the end are one epic and one comment of each kind', async () => {
  const issue = linear.store.addIssue({ title: 'Once' });
  await linear.settle();
  linear.onChange(undefined);
  linear.store.edit(issue, { labels: ['factory'] });
  linear.onChange(send);
  const delivery = about(issue);
  const same = Array.from({ length: 50 }, () => delivery);
  const others = Array.from({ length: 50 }, () => about(issue));
  const answers = await Promise.all([...same, ...others].map(send));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  await approvePlan(issue);
  assert.equal(await ended(issue), 'COMPLETED');
  await eventually('the last move', () => issue.state.type === 'completed');
  const again = await Promise.all([...Array.from({ length: 10 }, () => about(issue)), ...same.slice(0, 10)].map(send));
  assert.deepEqual([...new Set(again.map(({ status }) => status))], [200]);
  const intake = stage.client.workflow.getHandle(`intake-linear-${issue.id}`);
  assert.equal(((await intake.result()) as { outcome: string }).outcome, 'ended');
  assert.deepEqual(await epicsOf(issue), [epicOf(issue)]);
  assert.deepEqual(kindsOf(issue), ['A person is asked', 'Merged', 'Plan', 'Pull request']);
});

test('a delivery that could not be passed on may come again', async () => {
  const issue = linear.store.addIssue({ title: 'Again' });
  await linear.settle();
  const delivery = about(issue);
  const alone = await createApi(stage.db, absentTemporal(), { webhookSecrets, answerWithinMs: 300 });
  const { body, headers } = delivery;
  const refused = await alone.ask('POST', '/webhooks/linear', body, { ...headers });
  await alone.close();
  assert.equal(refused.status, 503);
  assert.deepEqual((await send(delivery)).body, { status: 'taken' });
  assert.equal((await send(delivery)).body.status, 'ignored');
  const stranger = { ...delivery, headers: { ...headers, 'linear-delivery': 'another' } };
  assert.equal((await send(stranger)).body.status, 'ignored');
});

test('replies answer what may be answered so, others are told how, and the factory does not hear itself', async () => {
  const issue = wanted('Talk');
  const asked = await commentWith(issue, 'Approve this plan?');
  linear.say(issue, 'What about the cents?', asked);
  const explained = await commentWith(issue, 'was not understood');
  assert.equal(explained.parentId, asked.id);
  await linear.settle();
  const started = await stage.client.workflow.getHandle(`intake-linear-${issue.id}`).describe();
  linear.onChange(undefined);
  const answer = await send(
    signed({ type: 'Comment', action: 'create', data: { id: explained.id, issueId: issue.id } }),
  );
  linear.onChange(send);
  assert.deepEqual([answer.status, answer.body.status], [200, 'ignored']);
  const later = await stage.client.workflow.getHandle(`intake-linear-${issue.id}`).describe();
  assert.equal(later.runId, started.runId);
  linear.say(issue, 'Reject: count the cents too', asked);
  const second = await eventually('the second plan', () =>
    linear.said(issue).find(({ id, body }) => id !== asked.id && body.includes('Approve this plan?')),
  );
  assert.ok(stage.log.some((line) => line.startsWith('brief') && line.includes('plan')));
  linear.say(issue, '**approve**', second);
  assert.equal(await ended(issue), 'COMPLETED');
  const [request] = (await stage.status(epicOf(issue))).requests;
  assert.deepEqual([request?.answer?.by, request?.answer?.answer], ['ada (Linear)', 'count the cents too']);
});

test('a cancelled issue cancels its epic, and becomes another only when it is reopened after that', async () => {
  const issue = wanted('Stop');
  await commentWith(issue, 'Approve this plan?');
  linear.store.move(issue, linear.store.stateOf('ENG', 'Canceled'));
  assert.equal(await ended(issue), 'CANCELLED');
  await commentWith(issue, 'Cancelled');
  linear.store.move(issue, linear.store.stateOf('ENG', 'Todo'));
  const second = `${epicOf(issue)}-2`;
  await eventually('the second epic', async () => (await epicsOf(issue)).includes(second));
  linear.store.move(issue, linear.store.stateOf('ENG', 'Done'));
  const done = await commentWith(issue, 'to a completed state');
  const part = linear.store.addIssue({ title: 'Part', parent: issue, labels: ['factory'] });
  await reasonFor(part, /whose epic linear-eng-\d+-2 has not ended/);
  linear.store.move(issue, linear.store.stateOf('ENG', 'Todo'));
  await linear.settle();
  linear.say(issue, 'cancel', done);
  assert.equal(await ended(issue, second), 'CANCELLED');
  // Reopened before it was cancelled, and not since: nothing starts.
  await send(about(issue));
  const intake = stage.client.workflow.getHandle(`intake-linear-${issue.id}`);
  assert.equal(((await intake.result()) as { outcome: string }).outcome, 'ended');
  assert.deepEqual(await epicsOf(issue), [epicOf(issue), second]);
  // Nothing else builds the part now.
  await send(about(part));
  await eventually('the epic of the part', async () => (await epicsOf(part)).length > 0);
  await stage.handle(epicOf(part)).cancel();
  assert.equal(await ended(part), 'CANCELLED');
});

test('an issue that is rewritten or called done under way makes the epic ask, and wait where it is done', async () => {
  const issue = wanted('Change', 'As it was');
  const plan = await commentWith(issue, 'Approve this plan?');
  linear.store.edit(issue, { description: 'As it is now' });
  const rewritten = await commentWith(issue, 'was rewritten');
  linear.store.move(issue, linear.store.stateOf('ENG', 'Done'));
  const done = await commentWith(issue, 'to a completed state');
  assert.equal((await stage.status(epicOf(issue))).paused, true);
  linear.say(issue, 'continue', rewritten);
  linear.say(issue, 'Continue.', done);
  linear.say(issue, 'approve', plan);
  assert.equal(await ended(issue), 'COMPLETED');
  assert.deepEqual(moves(issue), ['In Progress', 'Done']);
});

test('an issue whose tasks were all skipped is told so, and does not count as done', async () => {
  const issue = wanted('Skipped');
  const id = epicOf(issue);
  await commentWith(issue, 'Approve this plan?');
  for (const taskKey of ['one', 'two']) await stage.update(id, 'skipTask', { taskKey, by: 'me' });
  await approvePlan(issue);
  assert.equal(await ended(issue), 'COMPLETED');
  await stage.client.workflow.getHandle(`epic-${id}/tell-result`).result();
  await commentWith(issue, '**Ended**: nothing to merge; one, two skipped');
  assert.deepEqual(moves(issue), ['In Progress']);
});

test('with Linear away an epic goes on to its end, and Linear hears of it afterwards', async () => {
  const issue = wanted('Away');
  await commentWith(issue, 'Approve this plan?');
  linear.setDown(true);
  const request = await stage.asked(epicOf(issue), 'plan');
  await stage.respond(epicOf(issue), request.requestId, 'approve');
  assert.equal(await ended(issue), 'COMPLETED');
  assert.deepEqual(kindsOf(issue), ['A person is asked']);
  linear.setDown(false);
  await eventually('the last move', () => issue.state.type === 'completed');
  assert.deepEqual(kindsOf(issue), ['A person is asked', 'Merged', 'Plan', 'Pull request']);
});

test('the poll finds what no webhook told, waits when it is asked to, and passes nothing on twice', async () => {
  await linear.settle();
  linear.onChange(undefined);
  const issue = wanted('Silent');
  const skipped = linear.store.addIssue({ title: 'Elsewhere', team: 'OPS', labels: ['factory'] });
  const poll = (run: number) =>
    stage.client.workflow.execute('pollTrackerWorkflow', { taskQueue: 'factory', workflowId: `poll-${run}` });
  linear.limitAfter(0);
  await poll(1);
  await commentWith(issue, 'Approve this plan?');
  assert.deepEqual(await epicsOf(skipped), []);
  await poll(1);
  assert.deepEqual(await poll(1), { changed: 0 });
  // Unheard of until now: a person's reply is no change of the issue.
  linear.say(issue, 'cancel', await commentWith(issue, 'Approve this plan?'));
  assert.deepEqual(await poll(2), { changed: 1 });
  assert.equal(await ended(issue), 'CANCELLED');
  linear.onChange(send);
});

test('an issue that asks for an epic and gets none has the reason recorded', async () => {
  const { body } = await send(about(linear.store.addIssue({ title: 'Foreign', team: 'OPS', labels: ['factory'] })));
  assert.equal(body.status, 'taken');
  const foreign = await eventually('the reason', async () => {
    const rows = await stage.db.selectFrom('tracker_issues').selectAll().where('title', '=', 'Foreign').execute();
    return rows[0];
  });
  assert.deepEqual(
    [foreign.outcome, foreign.reason],
    ['skipped', 'it belongs to the team OPS, and LINEAR_TEAM is ENG'],
  );
  linear.refuse({ operation: 'SubIssues', type: 'graphql error' });
  const unclear = wanted('Unclear');
  await reasonFor(unclear, /^Linear does not say what is needed to judge it: .*Cannot query field/);
  linear.refuse();
});
