/** Deliveries of GitHub: signed ones become a word to whoever owns the pull request, all others are refused. */
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createApi, type TestApi } from '../support/api.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { startTemporal, type TestTemporal } from '../support/temporal.ts';

const SECRET = 'what GitHub signs with';
let database: TestDatabase;
let temporal: TestTemporal;
let api: TestApi;
before(async () => {
  [database, temporal] = await Promise.all([createDatabase(), startTemporal()]);
  api = await createApi(database.db, temporal.client, { webhookSecrets: { linear: undefined, github: SECRET } });
  // Nobody works on them: what they were told is read from their histories.
  const open = (workflowId: string) => temporal.client.workflow.start('any', { workflowId, taskQueue: 'nobody' });
  await Promise.all(['epic-e', 'epic-e/task-schema', 'epic-e/task-api'].map(open));
  for (const [number, head, base] of [
    [1, 'factory/e/schema', 'factory/e/epic'],
    [2, 'factory/e/api', 'factory/e/epic'],
    [3, 'factory/e/epic', 'main'],
  ] as const) {
    const row = { repository: 'till', number, epic_id: 'e', title: 'T', head, base, head_sha: 'a'.repeat(40) };
    const url = `https://github.com/acme/till/pull/${number}`;
    await database.db
      .insertInto('pull_requests')
      .values({ ...row, url, state: 'open' })
      .execute();
  }
});
after(async () => {
  await api.close();
  await Promise.all([temporal.stop(), database.drop()]);
});

function deliver(event: string, payload: unknown, more: Record<string, string> = {}) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const names = { 'x-github-event': event, 'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature };
  return api.ask('POST', '/webhooks/github', body, { host: 'factory.example.org', ...names, ...more });
}

/** Numbers that the workflow was told since the last time. */
const heardBefore = new Map<string, number>();
async function heard(workflowId: string): Promise<number[]> {
  const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
  const all = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signaled }) => {
    const [payload] = signaled?.input?.payloads ?? [];
    return signaled ? [JSON.parse(Buffer.from(payload?.data ?? []).toString()).number as number] : [];
  });
  const told = all.slice(heardBefore.get(workflowId) ?? 0);
  heardBefore.set(workflowId, all.length);
  return told;
}

const pull = (number: number, ref: string) => ({ number, head: { ref } });

test('an event is a word to the workflow whose pull request it names, in each of the ways that events do', async () => {
  const about = { pull_request: pull(3, 'factory/e/epic') };
  assert.equal((await deliver('pull_request', { action: 'closed', ...about })).status, 200);
  await deliver('pull_request_review', { ...about, review: { body: null } });
  assert.deepEqual(await heard('epic-e'), [3, 3]);
  const page = { html_url: 'https://github.com/acme/till/pull/1' };
  await deliver('issue_comment', { issue: { pull_request: page }, comment: { body: 'Why?' } });
  await deliver('check_run', {
    action: 'completed',
    check_run: { id: 1, check_suite: { head_branch: 'factory/e/schema' } },
  });
  await deliver('status', {
    context: 'ci',
    state: 'success',
    branches: [{ name: 'factory/e/schema' }, { name: 'topic' }],
  });
  assert.deepEqual(await heard('epic-e/task-schema'), [1, 1, 1]);
  // The base of both moved, which their merges look at, and the epic's own head.
  await deliver('push', { ref: 'refs/heads/factory/e/epic' });
  assert.deepEqual(await heard('epic-e/task-schema'), []);
  assert.deepEqual(await heard('epic-e/task-api'), []);
  assert.deepEqual(await heard('epic-e'), [3]);
});

test('what came before, what we said ourselves and what nobody knows changes nothing', async () => {
  const event = { action: 'synchronize', pull_request: pull(2, 'factory/e/api') };
  const [first, second] = [await deliver('pull_request', event), await deliver('pull_request', event)];
  assert.deepEqual([first.body.status, second.body.status], ['taken', 'ignored']);
  assert.deepEqual(await heard('epic-e/task-api'), [2]);
  const about = { pull_request: pull(2, 'factory/e/api') };
  const own = 'Done\n\n<!-- factory:comment:0123456789abcdef -->';
  for (const [name, payload] of [
    ['pull_request_review', { ...about, review: { body: own } }],
    ['issue_comment', { issue: { pull_request: { html_url: 'x' } }, comment: { body: own } }],
    ['status', { context: 'factory/review', state: 'success', branches: [{ name: 'factory/e/api' }] }],
    // A check that has only begun.
    ['status', { context: 'ci', state: 'pending', branches: [{ name: 'factory/e/api' }] }],
    ['check_run', { action: 'created', check_run: { check_suite: { head_branch: 'factory/e/api' } } }],
  ] as const) {
    assert.deepEqual((await deliver(name, payload)).body.status, 'ignored', name);
  }
  for (const [name, payload] of [
    ['star', {}],
    ['toString', {}],
    ['pull_request', { number: 'x' }],
    ['push', []],
  ] as const) {
    assert.equal((await deliver(name, payload)).status, 202, name);
  }
  assert.equal((await deliver('pull_request', { pull_request: pull(9, 'factory/nobody/here') })).status, 200);
  assert.equal((await deliver('pull_request', { pull_request: pull(9, 'topic') })).status, 200);
  assert.deepEqual(await heard('epic-e/task-api'), []);
});

test('a wrong signature, no secret, what is no JSON and what is too large are refused', async () => {
  const event = { pull_request: pull(3, 'factory/e/epic') };
  for (const signature of ['', 'sha256=', `sha256=${'0'.repeat(64)}`, 'sha1=x']) {
    assert.equal((await deliver('pull_request', event, { 'x-hub-signature-256': signature })).status, 401, signature);
  }
  assert.equal((await deliver('pull_request', '{"pull_request":')).status, 400);
  assert.equal((await deliver('pull_request', 'x'.repeat(10_000_000))).status, 413);
  const closed = await createApi(database.db, temporal.client);
  const answer = await closed.ask('POST', '/webhooks/github', '{}');
  assert.equal(answer.status, 403);
  assert.match(answer.body.error.message, /GITHUB_WEBHOOK_SECRET/);
  await closed.close();
  assert.deepEqual(await heard('epic-e'), []);
});
