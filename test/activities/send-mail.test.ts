/** Mail that agents send: stored once, bounded, and waited for where somebody may answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMailActivities } from '../../activities/mail/send-mail.ts';
import { json } from '../../db/json.ts';
import { to, useMail } from '../support/mail.ts';
import { plannedTask } from '../support/views.ts';

const { db, temporal, called, ended, sender, record, recordAgent } = useMail();

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

test('who waits is over with any mail or the last look', async () => {
  const { agent, send, look, result, post } = await sender(to('orchestrator', 'Which?', { awaitReply: true }));
  await record(agent.epicId, 1, [plannedTask('slugs', 0)]);
  const sent = await send(0);
  assert.equal(sent.kind, 'awaits');
  assert.deepEqual(await send(0, { at: new Date(Date.now() + 60_000).toISOString() }), sent, 'it waits no longer');
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

test('mail of anybody ends a wait, and from each look on mail calls the agent again', async () => {
  const { agent, send, look, result, post } = await sender(to('orchestrator', 'Which?', { awaitReply: true }));
  await record(agent.epicId, 1, [plannedTask('slugs', 0)]);
  await send(0);
  const calls = () =>
    db().selectFrom('mail_calls').select('workflow_id').where('workflow_id', '=', workflowId).execute();
  const workflowId = `agent-${agent.agentId}`;
  await db().insertInto('mail_calls').values({ workflow_id: workflowId }).execute();
  assert.deepEqual(await look(0), { isOver: false });
  assert.deepEqual(await calls(), []);
  await post('stop', { sender: 'human', senderName: 'ann' });
  assert.deepEqual(await look(0), { isOver: true });
  assert.match((await result(0)) ?? '', /^Something else has come/);
});

test('a new round has room for mail again', async () => {
  const thanks = Array.from({ length: 11 }, (_, index) => to('orchestrator', `thanks ${index}`));
  const { agent, send, result } = await sender(...thanks, to('orchestrator', 'And now?'));
  for (let position = 0; position < 11; position += 1) await send(position);
  assert.match((await result(10)) ?? '', /10 times in this round/);
  const round = { transcript: agent.agentId, turn: 2, kind: 'review', body: 'Change it.', round: 'round-2' };
  await db().insertInto('briefs').values(round).execute();
  const turns = db().selectFrom('agent_turns').selectAll().where('transcript', '=', agent.agentId);
  const turn = { ...(await turns.executeTakeFirstOrThrow()), content: json([]), usage: json({}) };
  await db()
    .insertInto('agent_turns')
    .values({ ...turn, turn: 2, message_id: 'second' })
    .execute();
  await db()
    .updateTable('tool_calls')
    .set({ turn: 2 })
    .where('transcript', '=', agent.agentId)
    .where('tool_use_id', '=', 'mail-11')
    .execute();
  await send(11, { turn: 2 });
  assert.match((await result(11)) ?? '', /^Sent/);
});

test('whoever has ended needs no call, and mail to a task that was cancelled is refused', async () => {
  const { agent, send, result, stored } = await sender(to('orchestrator'), to('task/other'));
  ended.add(`epic-${agent.epicId}`);
  assert.deepEqual(await send(0), { kind: 'answered' });
  assert.match((await result(0)) ?? '', /^Sent/);
  await record(agent.epicId, 1, [plannedTask('other', 0, { status: { state: 'CANCELLED', phase: '' } })]);
  await send(1);
  assert.match((await result(1)) ?? '', /has ended \(CANCELLED\)/);
  assert.equal((await stored()).length, 1);
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
  await recordAgent(`${epicId}.busy.implement.1`);
  await recordAgent(`${epicId}.asks.implement.1`, { hold });
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

test('a mail that was sent before its recipient ended stays sent, and the same again to one that began anew is told', async () => {
  const { agent, send, result, stored } = await sender(to('task/other'), to('task/other'));
  const other = (version: number, state?: 'CANCELLED') =>
    record(agent.epicId, version, [
      plannedTask('slugs', 0),
      plannedTask('other', 0, state === undefined ? {} : { status: { state, phase: '' } }),
    ]);
  await other(1);
  await send(0);
  await db()
    .updateTable('tool_calls')
    .set({ output: null, is_error: null })
    .where('transcript', '=', agent.agentId)
    .where('tool_use_id', '=', 'mail-0')
    .execute();
  await other(2, 'CANCELLED');
  await send(0);
  assert.match((await result(0)) ?? '', /^Sent/);
  assert.notEqual((await stored())[0]?.lapsed_at, null);
  await db().updateTable('tasks').set({ state: 'IN_PROGRESS' }).where('epic_id', '=', agent.epicId).execute();
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
  const { lookForOrchestratorMail } = createMailActivities({ db: db(), temporal });
  assert.deepEqual(await lookForOrchestratorMail({ epicId: agent.epicId }), { isThere: true });
  await send(2);
  assert.deepEqual(called, [epic, epic]);
});
