/** Records ride with the activities that follow them, and nothing is done before they are written. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { RIDE_HEADER } from '../../workflows/contract/records.ts';
import { waitFor } from '../support/wait-for.ts';
import { tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { db, client } = stage;

const NO_APPROVAL = { requireApproval: [] };
const agentOf = (id: string) => client.workflow.getHandle(`agent-${id}.only.implement.1`);

async function scheduled(workflowId: string) {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
}

test('a step begins when its record is written, and its end is the word that it was', async () => {
  let turns = 0;
  stage.play({
    takeTurn: () => {
      turns += 1;
      return undefined;
    },
  });
  await sql`alter table agents rename to agents_away`.execute(db);
  const handle = await stage.start('untold', { title: 'Untold', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  const why = async () => {
    const { raw } = await agentOf('untold').describe();
    return raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'takeTurn')?.lastFailure;
  };
  const failure = await waitFor(() => why().catch(() => undefined), { what: 'a turn that may not begin' });
  assert.equal(failure.applicationFailureInfo?.type, 'RecordFailed');
  assert.equal(turns, 0);
  await sql`alter table agents_away rename to agents`.execute(db);
  await handle.result();
  assert.ok(turns > 0);
  const agents = await db.selectFrom('agents').select(['state', 'turn']).where('epic_id', '=', 'untold').execute();
  assert.deepEqual(new Set(agents.map(({ state }) => state)), new Set(['COMPLETED']));
});

test('no record is an activity of its own where one is scheduled anyway, and the log misses no line', async () => {
  stage.play({});
  await (await stage.start('rides', { title: 'Rides', tasks: tasks({ only: [] }), ...NO_APPROVAL })).result();
  const ofAgent = await scheduled(`agent-rides.only.implement.1`);
  const names = ofAgent.map(({ activityType }) => activityType?.name);
  assert.deepEqual(
    names.filter((name) => name === 'recordAgent'),
    ['recordAgent'],
    'its last word alone',
  );
  assert.ok(ofAgent.filter(({ header }) => header?.fields?.[RIDE_HEADER]).length >= 2);
  const [first] = await scheduled('epic-rides');
  assert.equal(first?.activityType?.name, 'recordEpic', 'it claims the id before anything else');
  const rows = await db.selectFrom('decision_log').select(['entry_key']).where('epic_id', '=', 'rides').execute();
  const byRun = Map.groupBy(rows, ({ entry_key: key }) => key.slice(0, key.lastIndexOf('/')));
  for (const [run, lines] of byRun) {
    const numbers = lines.map(({ entry_key: key }) => Number(key.slice(run.length + 1))).toSorted((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: numbers.length }, (_, index) => index + 1),
      run,
    );
  }
  assert.ok(byRun.size >= 2);
});

test('what rode with a step that was cancelled is told all the same', async () => {
  stage.play({ takeTurn: () => new Promise(() => undefined) as never });
  const handle = await stage.start('stopped', { title: 'Stopped', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  await waitFor(async () => (await stage.taskRow('stopped', 'only'))?.state === 'IN_PROGRESS', { what: 'its Worker' });
  await handle.cancel();
  await assert.rejects(handle.result());
  const row = await stage.taskRow('stopped', 'only');
  assert.equal(row?.state, 'CANCELLED');
  assert.equal((await stage.epicRow('stopped'))?.state, 'CANCELLED');
});
