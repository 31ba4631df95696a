/** Records ride with the activities that follow them, and nothing is done before they are written. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { RIDE_HEADER } from '../../workflows/contract/records.ts';
import { waitFor } from '../support/wait-for.ts';
import { tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { db, client } = stage;

/** Longer than the heartbeat time-out of workflows/options.ts. */
const SILENT_MS = 7_000;
const NO_APPROVAL = { requireApproval: [] };
const agentOf = (id: string) => client.workflow.getHandle(`agent-${id}.only.implement.1`);

async function scheduled(workflowId: string) {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
}

/** An epic of one task whose Worker is in its first turn, and what lets it go on to its command. */
async function inFirstTurn(id: string) {
  let go = (): void => {};
  const mayGo = new Promise<void>((resolve) => {
    go = resolve;
  });
  const taken: string[] = [];
  stage.play({
    takeTurn: async ({ agentId, turn }) => {
      taken.push(`${agentId} ${turn}`);
      await mayGo;
      return undefined;
    },
  });
  const handle = await stage.start(id, { title: id, tasks: tasks({ only: [] }), ...NO_APPROVAL });
  await waitFor(() => taken.length > 0, { what: 'the first turn' });
  await waitFor(async () => (await agentRows(id)).length > 0, { what: 'its first record' });
  const commands = () => stage.log.filter((line) => line === `bash ${id}.only.implement.1`).length;
  return { handle, taken, commands, go };
}

const agentRows = (id: string) => db.selectFrom('agents').select(['state', 'turn']).where('epic_id', '=', id).execute();

test('a step begins when its record is written, and its end is the word that it was', async () => {
  const { handle, commands, go } = await inFirstTurn('untold');
  const why = async () => {
    const { raw } = await agentOf('untold').describe();
    return raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'bash')?.lastFailure;
  };
  await sql`alter table agents rename to agents_away`.execute(db);
  try {
    go();
    const failure = await waitFor(why, { what: 'a command that may not begin' });
    assert.equal(failure.applicationFailureInfo?.type, 'RecordFailed');
    assert.equal(commands(), 0);
  } finally {
    await sql`alter table agents_away rename to agents`.execute(db);
  }
  await handle.result();
  assert.equal(commands(), 1);
  assert.deepEqual(new Set((await agentRows('untold')).map(({ state }) => state)), new Set(['COMPLETED']));
});

test('a database that is silent for longer than a heartbeat time-out lets no step begin twice', async () => {
  const { handle, taken, commands, go } = await inFirstTurn('silent');
  await db.transaction().execute(async (transaction) => {
    await sql`lock table agents in access exclusive mode`.execute(transaction);
    go();
    await sleep(SILENT_MS);
    assert.equal(commands(), 0, 'its record is not written');
  });
  await handle.result();
  assert.equal(new Set(taken).size, taken.length);
  assert.equal(commands(), 1);
});

test('no record is an activity of its own where one is scheduled anyway, and the log misses no line', async () => {
  const { handle, go } = await inFirstTurn('rides');
  const pending = async () => (await agentOf('rides').describe()).raw.pendingActivities ?? [];
  await waitFor(async () => (await pending()).length === 1, { what: 'nothing but the turn' });
  go();
  await handle.result();
  const ofAgent = await scheduled(`agent-rides.only.implement.1`);
  const names = ofAgent.map(({ activityType }) => activityType?.name);
  assert.deepEqual(
    names.filter((name) => name === 'recordAgent'),
    ['recordAgent', 'recordAgent'],
    'its first and its last word alone',
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

test('a hold is told alone when it begins and when it ends, whatever is scheduled then', async () => {
  let turns = 0;
  stage.play({
    takeTurn: () => {
      turns += 1;
      const until = new Date(Date.now() + 500).toISOString();
      return turns === 1 ? { kind: 'hold', until, reason: 'the limit of a minute' } : undefined;
    },
  });
  await (await stage.start('held', { title: 'Held', tasks: tasks({ only: [] }), ...NO_APPROVAL })).result();
  const ofAgent = await scheduled('agent-held.only.implement.1');
  const [, again] = ofAgent.filter(({ activityType }) => activityType?.name === 'takeTurn');
  assert.equal(again?.header?.fields?.[RIDE_HEADER], undefined);
  const after = ofAgent.slice(ofAgent.indexOf(again as (typeof ofAgent)[number]) + 1);
  assert.equal(after[0]?.activityType?.name, 'recordAgent');
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
