/** The projection of an epic under way is lost and written again from Temporal, and the epic goes on telling. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { rebuildProjection } from '../../activities/rebuild.ts';
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
