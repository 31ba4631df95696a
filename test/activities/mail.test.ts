/** What people say to agents at other doors than the API: kept as words and answers, once, and taken back where nobody read it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSettleAgent } from '../../activities/agent/settle-agent.ts';
import { createHearPeople } from '../../activities/mail/hear-people.ts';
import { to, useMail } from '../support/mail.ts';
import { plannedTask } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';

const { db, temporal, worker, told, sender, record } = useMail();

test('what people say at another door is stored once and told, and what no Worker read can be taken back', async () => {
  const { agent } = await worker();
  const { epicId } = agent;
  await record(epicId, 1, [plannedTask('slugs', 0)]);
  const { hearPeople, takeBackUnheard } = createHearPeople({ db: db(), temporal });
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

test('the comment of an interrupt is kept, although the retry joins the call that was under way', async () => {
  const { agent } = await worker({ delayMs: 300 });
  await record(agent.epicId, 1, [plannedTask('slugs', 0)]);
  const { turn } = agent.process();
  const first = turn();
  await waitFor(() => agent.model.calls.length === 1);
  await turn({ said: [{ interruptId: 'i', by: 'ann', comment: 'be brief' }] });
  assert.equal(agent.model.calls.length, 1);
  await agent.answerTools(1, await first);
  await turn({ turn: 2 });
  assert.deepEqual(await told(agent.agentId), ['2: be brief']);
});

test('words that an agent never read are kept for the next agent', async () => {
  const [{ agent }, { agent: next }] = [await worker({ epicId: 'heirs' }), await worker({ epicId: 'heirs' })];
  await record('heirs', 1, [plannedTask('slugs', 0)]);
  const { agentId, epicId } = agent;
  const said = [{ interruptId: 'i', by: 'ann', comment: 'be brief' }];
  const { settleAgent } = createSettleAgent({ db: db() });
  const unheard = { epicId, taskKey: 'slugs', purpose: 'implement' as const, said };
  for (const _ of ['once', 'twice']) await settleAgent({ agentId, unheard });
  await next.process().turn();
  assert.deepEqual(await told(next.agentId), ['1: be brief']);
});

test('a reply answers mail of its own epic to people, and takes it out of the inbox', async () => {
  const { agent, send, stored } = await sender(to('human'));
  const other = await sender(to('human'));
  for (const { epicId } of [agent, other.agent]) await record(epicId, 1, [plannedTask('slugs', 0)]);
  await send(0);
  await other.send(0);
  const [mail] = await stored();
  const [foreign] = await other.stored();
  const { hearPeople } = createHearPeople({ db: db(), temporal });
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
