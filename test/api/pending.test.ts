/** How often Temporal is asked about an epic: a large one is not described whole each time that somebody looks. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { sql } from 'kysely';
import { createPendingReader } from '../../api/retries.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;

before(async () => {
  database = await createDatabase();
  const { db } = database;
  await sql`insert into epics (id, workflow_id, run_id, generation, version, title, description, priority, state, phase, started_at,
    updated_at) select id, 'epic-' || id, 'r', 1, 1, id, '', 0, 'IN_PROGRESS', '', now(), now() - interval '1 hour'
    from unnest(array['large', 'small']) id`.execute(db);
  await sql`insert into tasks (epic_id, key, position, title, description, acceptance, state, phase, workflow_id, generation,
    version, updated_at) select 'large', 't' || n, n, '', '', '[]', 'IN_PROGRESS', '', 'epic-large/task-t' || n, 1, 1,
    now() - make_interval(secs => n) from generate_series(1, 100) n where n > 5`.execute(db);
});
after(() => database.drop());

/** A client that notes whom it is asked about. Every execution retries one activity. */
function countingClient(fail?: (workflowId: string) => Error | undefined): {
  readonly client: Client;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const raw = { pendingActivities: [{ activityType: { name: 'merge' }, attempt: 5, lastFailure: { message: 'no' } }] };
  const client = {
    options: { loadedDataConverter: { payloadConverter: {} } },
    withDeadline: <T>(_: number, call: () => Promise<T>) => call(),
    workflow: {
      getHandle: (workflowId: string) => ({
        describe: async () => {
          asked.push(workflowId);
          const error = fail?.(workflowId);
          if (error !== undefined) throw error;
          return { workflowId, raw };
        },
      }),
    },
  };
  return { client: client as unknown as Client, asked };
}

test('of a large epic some executions are asked at a time, the longest quiet first, and the others keep their last word', async () => {
  const { client, asked } = countingClient();
  const readPending = createPendingReader({ db: database.db, temporal: client });
  const first = await readPending('large');
  assert.deepEqual([asked.length, first.retries.length, first.unread], [40, 40, 57]);
  assert.deepEqual(asked.slice(0, 3), ['supervisor', 'epic-large', 'epic-large/task-t100']);
  const second = await readPending('large');
  assert.deepEqual([new Set(asked).size, second.retries.length], [80, 80]);
  const third = await readPending('large');
  assert.deepEqual([new Set(asked).size, third.retries.length, third.unread], [97, 97, 0]);
});

test('many who look at the same epic ask Temporal once', async () => {
  const { client, asked } = countingClient();
  const readPending = createPendingReader({ db: database.db, temporal: client });
  const answers = await Promise.all([readPending('small'), readPending('small'), readPending('small')]);
  assert.deepEqual(asked.toSorted(), ['epic-small', 'supervisor']);
  assert.deepEqual(
    answers.map(({ retries }) => retries.length),
    [2, 2, 2],
  );
});

test('an execution that Temporal does not describe in time is counted; one that it does not have is not', async () => {
  const { client } = countingClient((workflowId) =>
    workflowId === 'supervisor' ? new WorkflowNotFoundError('none', workflowId, undefined) : new Error('too late'),
  );
  const { retries, unread } = await createPendingReader({ db: database.db, temporal: client })('small');
  assert.deepEqual([retries, unread], [[], 1]);
});
