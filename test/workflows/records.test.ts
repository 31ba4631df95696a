/** Records are carried by the activities that follow them, and nothing is done before they are written. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { RECORD_HEADER } from '../../workflows/contract/carried-record.ts';
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

async function eventsOf(workflowId: string) {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return events ?? [];
}

const scheduled = async (workflowId: string) =>
  (await eventsOf(workflowId)).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);

type Scheduled = Awaited<ReturnType<typeof scheduled>>[number];

const isRidden = (activity: Scheduled | undefined): boolean => Boolean(activity?.header?.fields?.[RECORD_HEADER]);

/** Its records that are activities of their own. */
const alone = async (workflowId: string) =>
  (await scheduled(workflowId)).filter(({ activityType }) => activityType?.name?.startsWith('record'));

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
  const { handle, go } = await inFirstTurn('carried');
  const pending = async () => (await agentOf('carried').describe()).raw.pendingActivities ?? [];
  await waitFor(async () => (await pending()).length === 1, { what: 'nothing but the turn' });
  go();
  await handle.result();
  const ofAgent = await scheduled('agent-carried.only.implement.1');
  assert.deepEqual(await alone('agent-carried.only.implement.1'), []);
  assert.ok(isRidden(ofAgent[0]), 'its first word');
  assert.equal(ofAgent.at(-1)?.activityType?.name, 'answerToolCalls');
  assert.ok(isRidden(ofAgent.at(-1)), 'its last word');
  const ofEpic = await scheduled('epic-carried');
  assert.equal(ofEpic[0]?.activityType?.name, 'recordEpic', 'it claims the id before anything else');
  assert.equal(ofEpic.at(-1)?.activityType?.name, 'releaseAdmission');
  assert.ok(isRidden(ofEpic.at(-1)), 'its last word');
  const rows = await db.selectFrom('decision_log').select(['entry_key']).where('epic_id', '=', 'carried').execute();
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

test('once its first word is written, no carried record is given time, however long it takes', async () => {
  stage.play({
    takeTurn: async ({ turn }) => {
      if (turn === 2) await sleep(800);
      return undefined;
    },
  });
  await (await stage.start('long', { title: 'Long', tasks: tasks({ only: [] }), ...NO_APPROVAL })).result();
  const events = await eventsOf('agent-long.only.implement.1');
  const timers = events.filter((event) => event.timerStartedEventAttributes);
  assert.ok(timers.length <= 1, `${timers.length} times`);
  const fired = events.filter((event) => event.timerFiredEventAttributes);
  assert.equal((await alone('agent-long.only.implement.1')).length, fired.length);
});

test('a slot and a turn that are there at once are told by nobody alone, and the clean-up carries the end', async () => {
  await (await stage.start('brief', { title: 'Brief', tasks: tasks({ only: [] }), ...NO_APPROVAL })).result();
  const events = await eventsOf('epic-brief/task-only');
  const count = (name: 'timerStartedEventAttributes' | 'timerFiredEventAttributes') =>
    events.filter((event) => event[name]).length;
  const late = count('timerFiredEventAttributes');
  assert.ok((await alone('epic-brief/task-only')).length <= late, 'one alone is one for which that time was over');
  // On a slow machine one of them may come while another is told alone, and needs no time of its own then.
  if (late === 0) {
    assert.ok(count('timerStartedEventAttributes') >= 3, 'the slot, the turn and the end are given time');
    assert.ok(isRidden((await scheduled('epic-brief/task-only')).at(-1)));
  }
  assert.equal((await stage.taskRow('brief', 'only'))?.state, 'COMPLETED');
});

/** An agent whose provider holds it once; what was seen in the turn after that, before it was answered. */
async function inTurnAfterHold<Seen>(id: string, look: () => Promise<Seen>): Promise<Seen> {
  const seen = Promise.withResolvers<Seen>();
  let turns = 0;
  stage.play({
    takeTurn: async () => {
      turns += 1;
      const until = new Date(Date.now() + 500).toISOString();
      if (turns === 1) return { kind: 'hold', until, reason: 'the limit of a minute' };
      if (turns === 2) await look().then(seen.resolve, seen.reject);
      return undefined;
    },
  });
  const handle = await stage.start(id, { title: 'Held', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  const result = await seen.promise;
  await handle.result();
  const ofAgent = await scheduled(`agent-${id}.only.implement.1`);
  const [, again] = ofAgent.filter(({ activityType }) => activityType?.name === 'takeTurn');
  assert.ok(isRidden(again), 'the end of the hold');
  return result;
}

test('a hold of the provider is told alone at once, and its end is carried', async () => {
  const holds = await inTurnAfterHold('held', () =>
    db.selectFrom('agents').select('hold').where('epic_id', '=', 'held').execute(),
  );
  assert.deepEqual(holds, [{ hold: null }]);
  const [first] = await alone('agent-held.only.implement.1');
  assert.equal(first?.activityType?.name, 'recordAgent', 'its beginning');
});

test('the end of a hold that is carried by a step which does not end is told alone too', async () => {
  const records = () => alone('agent-waits.only.implement.1');
  const told = await inTurnAfterHold('waits', () => waitFor(async () => (await records()).length === 2 && records()));
  assert.equal(told.length, 2, 'its beginning and its end');
});

test('a slot is given back while the last record cannot be written, which is told later', async () => {
  const isHeld = async () =>
    (await db.selectFrom('placements').select('held').where('holder', '=', 'epic-gives/task-only').execute())[0]?.held;
  let isAway = false;
  stage.play({
    mergePullRequest: async () => {
      if (isAway) return;
      isAway = true;
      await sql`alter table submissions rename to submissions_away`.execute(db);
    },
  });
  const handle = await stage.start('gives', { title: 'Gives', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  try {
    await waitFor(async () => (await isHeld()) === false, { what: 'the slot that is given back', timeoutMs: 40_000 });
    assert.notEqual((await stage.taskRow('gives', 'only'))?.state, 'COMPLETED');
  } finally {
    await sql`alter table submissions_away rename to submissions`.execute(db);
  }
  await handle.result();
  assert.equal((await stage.taskRow('gives', 'only'))?.state, 'COMPLETED');
});

test('what a cancelled step carried is told all the same', async () => {
  stage.play({ takeTurn: () => new Promise(() => undefined) as never });
  const handle = await stage.start('stopped', { title: 'Stopped', tasks: tasks({ only: [] }), ...NO_APPROVAL });
  await waitFor(async () => (await stage.taskRow('stopped', 'only'))?.state === 'IN_PROGRESS', { what: 'its Worker' });
  await handle.cancel();
  await assert.rejects(handle.result());
  const row = await stage.taskRow('stopped', 'only');
  assert.equal(row?.state, 'CANCELLED');
  assert.equal((await stage.epicRow('stopped'))?.state, 'CANCELLED');
});
