/** Mail of agents against PostgreSQL and the scripted model: stored once, told once in each memory, bounded, waited for. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createHearPeople } from '../../activities/mail/hear-people.ts';
import { createMailActivities } from '../../activities/mail/send-mail.ts';
import { createRecordActivities } from '../../activities/records.ts';
import type { Database } from '../../db/connection.ts';
import { json } from '../../db/json.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { openPost } from '../support/post.ts';
import { agentView, epicView, plannedTask } from '../support/views.ts';

let database: TestDatabase;
let db: Database;
const { worker, told, close } = openPost(() => db);
/** The workflows that were signalled. */
const called: string[] = [];
const temporal = {
  workflow: { getHandle: (id: string) => ({ signal: async () => void called.push(id) }) },
} as unknown as Client;

before(async () => {
  database = await createDatabase();
  db = database.db;
});
after(async () => {
  await close();
  await database.drop();
});

/** An agent whose turn calls send_mail with these inputs. */
async function sender(...inputs: object[]) {
  const made = await worker();
  const { agentId, epicId } = made.agent;
  await made.agent.process().turn();
  for (const [position, input] of inputs.entries()) {
    await db
      .insertInto('tool_calls')
      .values({
        ...{ transcript: agentId, turn: 1, tool_use_id: `mail-${position}`, position: position + 10 },
        ...{ name: 'send_mail', input: json(input as never) },
      })
      .execute();
  }
  const { sendMail, lookForMail } = createMailActivities({ db, temporal });
  const call = (position: number) => ({
    ...{ agentId, epicId, taskKey: 'slugs', purpose: 'implement' as const, turn: 1, toolUseId: `mail-${position}` },
  });
  const send = (position: number, more: Partial<Parameters<typeof sendMail>[0]> = {}) =>
    sendMail({ ...call(position), at: new Date().toISOString(), ...more });
  const look = (position: number, isLast = false) => lookForMail({ ...call(position), isLast });
  const result = async (position: number) =>
    (
      await db
        .selectFrom('tool_calls')
        .select('output')
        .where('transcript', '=', agentId)
        .where('tool_use_id', '=', `mail-${position}`)
        .executeTakeFirst()
    )?.output;
  const stored = () => db.selectFrom('mail').selectAll().where('epic_id', '=', epicId).orderBy('number').execute();
  return { ...made, send, look, result, stored };
}

const to = (recipient: string, body = 'Which?', more: object = {}) => ({
  to: recipient,
  subject: 'Format',
  body,
  ...more,
});

test('a mail is stored once however often its call is carried out, and equal ones are counted', async () => {
  const { send, stored, result } = await sender(to('human'), to('human'));
  for (const position of [0, 0, 1, 1]) await send(position);
  const [only, ...others] = await stored();
  assert.deepEqual([others.length, only?.repeated_by.length, only?.sender], [0, 1, 'task/slugs']);
  assert.match((await result(0)) ?? '', /^Sent\. People see it/);
  assert.match((await result(1)) ?? '', /counted \(2 times\)/);
});

test('what does not fit, has no reader, or comes too often is refused in words', async () => {
  // An address counts however it is written.
  const thanks = Array.from({ length: 12 }, (_, index) =>
    to(['orchestrator', '\u00a0orchestrator\n'][index % 2] ?? '', `thanks ${index}`),
  );
  const { send, result, stored } = await sender(to('somebody'), to('task/gone'), to('task/slugs'), ...thanks);
  for (let position = 0; position < 15; position += 1) await send(position);
  assert.match((await result(0)) ?? '', /not sent:[\s\S]*an address is human/);
  assert.match((await result(1)) ?? '', /There is no task\/gone/);
  assert.match((await result(2)) ?? '', /your own address/);
  assert.match((await result(12)) ?? '', /^Sent/);
  assert.match((await result(13)) ?? '', /10 times in this round, which is the most/);
  assert.equal((await stored()).length, 10);
});

/** The epic's tasks, as it records them. */
const record = (epicId: string, version: number, tasks: ReturnType<typeof plannedTask>[]) =>
  new MockActivityEnvironment({ workflowExecution: { workflowId: `epic-${epicId}`, runId: 'run' } }).run(
    createRecordActivities({ db }).recordEpic,
    { chain: 'run', decisions: [], view: epicView(epicId, version, { tasks }) },
  );

test('a wait for mail ends with any mail, or with its last look', async () => {
  const { agent, send, look, result, post } = await sender(to('orchestrator', 'Which?', { awaitReply: true }));
  await record(agent.epicId, 1, [plannedTask('slugs', 0)]);
  const sent = await send(0);
  assert.equal(sent.kind, 'awaits');
  assert.deepEqual(await look(0), { isOver: false });
  assert.equal(await result(0), null);
  await post('the old one');
  assert.deepEqual(await look(0), { isOver: true });
  assert.match((await result(0)) ?? '', /^orchestrator has written/);
  assert.deepEqual(await send(0), { kind: 'answered' });

  const alone = await sender(to('orchestrator', 'And?', { awaitReply: true }));
  // Before the plan is recorded, too.
  assert.equal((await alone.send(0)).kind, 'awaits');
  assert.deepEqual(await alone.look(0, true), { isOver: true });
  assert.match((await alone.result(0)) ?? '', /^Nobody has answered in time/);
});

test('waits that follow one another read differently, so that they are no loop', async () => {
  const again = to('orchestrator', 'Which?', { awaitReply: true });
  const { agent, send, look, result } = await sender(again, again, again);
  await record(agent.epicId, 1, [plannedTask('slugs', 0)]);
  for (const position of [0, 1, 2]) {
    assert.equal((await send(position)).kind, 'awaits');
    await look(position, true);
  }
  const results = await Promise.all([0, 1, 2].map(result));
  assert.equal(new Set(results).size, 3);
  assert.match(results[2] ?? '', /wait 3 for orchestrator/);
});

test('what people say at another door is stored once and told, and what no Worker read can be taken back', async () => {
  const { agent } = await worker();
  const { epicId } = agent;
  await record(epicId, 1, [plannedTask('slugs', 0)]);
  const { hearPeople, takeBackUnheard } = createHearPeople({ db, temporal });
  const say = (id: string, recipient: `task/${string}` | 'epic' = 'task/slugs') => ({
    ...{ id: `${epicId}/${id}`, by: 'ada', text: ` ${id} `, to: { kind: 'word', recipient } as const },
  });
  const [first] = await hearPeople({ epicId, said: [say('a')] });
  const again = await hearPeople({ epicId, said: [say('a'), say('none', 'task/none')] });
  assert.deepEqual(again, [first, { kind: 'refused', reason: `There is no task/none in the epic "${epicId}"` }]);
  const { turn } = agent.process();
  await agent.answerTools(1, await turn());
  await hearPeople({ epicId, said: [say('b')] });
  const ids = ['a', 'b', 'never'].map((id) => `${epicId}/${id}`);
  for (const _ of ['once', 'twice']) {
    assert.deepEqual(await takeBackUnheard({ epicId, ids }), { unheard: ids.slice(1) });
  }
  await hearPeople({ epicId, said: [say('b')] });
  const said = [{ interruptId: 'i', by: 'ann', comment: 'be brief' }];
  await turn({ turn: 2, said });
  assert.deepEqual(await told(agent.agentId), ['1: a', '2: be brief']);
});

test('a reply answers mail of its own epic to people, and takes it out of the inbox', async () => {
  const { agent, send, stored } = await sender(to('human'));
  const other = await sender(to('human'));
  for (const { epicId } of [agent, other.agent]) await record(epicId, 1, [plannedTask('slugs', 0)]);
  await send(0);
  await other.send(0);
  const [mail] = await stored();
  const [foreign] = await other.stored();
  const { hearPeople } = createHearPeople({ db, temporal });
  const reply = (number = 0) => ({
    ...{ id: `${agent.epicId}/reply-${number}`, by: 'ada', text: 'the old one' },
    to: { kind: 'reply', number } as const,
  });
  const heard = await hearPeople({ epicId: agent.epicId, said: [reply(mail?.number), reply(foreign?.number)] });
  assert.deepEqual(
    heard.map(({ kind }) => kind),
    ['stored', 'refused'],
  );
  const [read, answer] = await stored();
  assert.deepEqual([read?.read_by, answer?.recipient, answer?.subject], ['ada', 'task/slugs', 'Re: Format']);
  assert.equal((await other.stored())[0]?.read_by, null);
});

test('nobody waits for people, or for an agent that is not at work', async () => {
  const waiting = { awaitReply: true };
  const { agent, send, result } = await sender(
    ...['human', 'task/idle', 'task/busy', 'task/busy', 'task/asks', 'human'].map((one, index) =>
      to(one, `${index}?`, waiting),
    ),
  );
  const { epicId } = agent;
  const keys = ['slugs', 'idle', 'busy', 'asks'];
  await record(
    epicId,
    1,
    keys.map((key) => plannedTask(key, 0)),
  );
  const hold = { kind: 'person' as const, reason: 'a question', since: new Date().toISOString() };
  for (const [key, rest] of [
    ['busy', {}],
    ['asks', { hold }],
  ] as const) {
    await new MockActivityEnvironment({ workflowExecution: { workflowId: `agent-${key}`, runId: 'run' } }).run(
      createRecordActivities({ db }).recordAgent,
      { chain: 'run', decisions: [], view: { ...agentView(`${epicId}.${key}.implement.1`, 1), ...rest } },
    );
  }
  assert.deepEqual(await send(0), { kind: 'answered' });
  assert.match((await result(0)) ?? '', /use ask_human/);
  assert.deepEqual(await send(1), { kind: 'answered' });
  assert.match((await result(1)) ?? '', /^Sent\. Nobody is at work there/);
  assert.equal((await send(2)).kind, 'awaits');
  // It would hold the epic open after its last task.
  assert.deepEqual(await send(3, { purpose: 'correspond' }), { kind: 'answered' });
  assert.deepEqual(await send(4), { kind: 'answered' }, 'nor for one that waits for a person itself');
  assert.deepEqual(await send(5, { asksNobody: true }), { kind: 'answered' });
  assert.match((await result(5)) ?? '', /Nobody is asked in this epic \(questions:off\), so do not wait/);
});

test('a mail that was sent before its recipient ended stays sent, and the same again to one that began again is told', async () => {
  const { agent, send, result, stored } = await sender(to('task/other'), to('task/other'));
  const other = (version: number, state?: 'CANCELLED') =>
    record(agent.epicId, version, [
      plannedTask('slugs', 0),
      plannedTask('other', 0, state === undefined ? {} : { status: { state, phase: '' } }),
    ]);
  await other(1);
  await send(0);
  await db
    .updateTable('tool_calls')
    .set({ output: null, is_error: null })
    .where('transcript', '=', agent.agentId)
    .where('tool_use_id', '=', 'mail-0')
    .execute();
  await other(2, 'CANCELLED');
  await send(0);
  assert.match((await result(0)) ?? '', /^Sent/);
  assert.notEqual((await stored())[0]?.lapsed_at, null);
  await db.updateTable('tasks').set({ state: 'IN_PROGRESS' }).where('epic_id', '=', agent.epicId).execute();
  await send(1);
  assert.deepEqual(
    (await stored()).map(({ lapsed_at }) => lapsed_at),
    [null],
  );
});

test('a flood of mail calls a workflow once until it looks', async () => {
  const { send, agent } = await sender(...[1, 2, 3].map((number) => to('orchestrator', `${number}`)));
  called.length = 0;
  for (const position of [0, 1, 2]) await send(position);
  const epic = `epic-${agent.epicId}`;
  assert.deepEqual(called, [epic]);
  const { lookForOrchestratorMail } = createMailActivities({ db, temporal });
  assert.deepEqual(await lookForOrchestratorMail({ epicId: agent.epicId }), { isThere: true });
  await send(2);
  assert.deepEqual(called, [epic, epic]);
});
