/** From an issue in Linear to an epic, on real Temporal, PostgreSQL and API; Linear is the double, over HTTP. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loadConfig } from '../../config.ts';
import { createApi } from '../support/api.ts';
import { type Delivery, signed, startLinear, WEBHOOK_SECRET } from '../support/linear/server.ts';
import type { StoredIssue } from '../support/linear/store.ts';
import { waitFor } from '../support/wait-for.ts';
import { openStage } from './stage.ts';

const linear = await startLinear();
const stage = await openStage({ linear: loadConfig(linear.variables).linear });
const api = await createApi(stage.db, stage.client, { webhookSecrets: { linear: WEBHOOK_SECRET } });
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

const epics = async (): Promise<string[]> => {
  const rows = await stage.db.selectFrom('epics').select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
};

test('an issue with the label becomes an epic, whose tasks are its open sub-issues in the order of their blockers', async () => {
  const issue = linear.store.addIssue({ title: 'Till', description: 'Count coins', priority: 2 });
  const first = linear.store.addIssue({ title: 'First', parent: issue });
  linear.store.addIssue({ title: 'Done before', parent: issue, state: 'Done' });
  const second = linear.store.addIssue({ title: 'Second', parent: issue, blockedBy: [first.id] });
  linear.say(issue, 'Use whole cents');
  assert.deepEqual(await epics(), []);
  linear.store.edit(issue, { labels: ['Factory'] });
  const row = await waitFor(() => stage.epicRow(epicOf(issue)), { timeoutMs: 20_000, what: 'the epic' });
  const view = await stage.until(epicOf(issue), ({ tasks }) => tasks.length === 2);
  assert.deepEqual(
    view.tasks.map(({ task }) => [task.key, task.title, task.dependsOn]),
    [
      [first.identifier.toLowerCase(), 'First', []],
      [second.identifier.toLowerCase(), 'Second', [first.identifier.toLowerCase()]],
    ],
  );
  assert.equal(row.priority, 2);
  assert.match(row.description, /^Count coins\n\n[\s\S]*Done before[\s\S]*ada[\s\S]*Use whole cents/);
  await stage.handle(epicOf(issue)).result();
});
