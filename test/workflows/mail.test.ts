/** Mail among agents and people in running epics: told once, waited for, answered by the Orchestrator or days later. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TakeTurnInput, TurnResult } from '../../activities/agent/take-turn.ts';
import type { UnreadMail } from '../../db/reads/unread-mail.ts';
import { storeMail } from '../../db/writes/mail.ts';
import { createApi } from '../support/api.ts';
import { type Call, storeTurn } from '../support/stored-turns.ts';
import { waitFor } from '../support/wait-for.ts';
import { submitWork, tasks } from './answers.ts';
import { SETTINGS } from './settings.ts';
import { openStage } from './stage.ts';

/** Of the epics that start from now on. */
const agents: Partial<typeof SETTINGS.agents> = { ...SETTINGS.agents };
const limits = { ...SETTINGS.limits };
const stage = await openStage({ skipsTime: true, settings: { agents: agents as typeof SETTINGS.agents, limits } });
const api = await createApi(stage.db, stage.client);
after(async () => {
  await api.close();
  await stage.close();
});

type Say = (input: TakeTurnInput, unread: readonly UnreadMail[]) => readonly Call[] | undefined;

/** What agents read, by their ids. */
const heard = new Map<string, string[]>();

/** Workers and the Orchestrator say this; everybody else does as usual. */
function play(say: Say): void {
  heard.clear();
  stage.play({
    takeTurn: async (input) => {
      if (input.purpose !== 'implement' && input.purpose !== 'correspond') return undefined;
      return storeTurn(stage.db, input, (unread) => {
        const told = heard.get(input.agentId) ?? [];
        heard.set(input.agentId, [...told, ...unread.map(({ sender, body }) => `${sender}: ${body}`)]);
        return say(input, unread) ?? [HAND_IN];
      });
    },
  });
}

const HAND_IN: Call = { name: 'submit_work', input: { summary: 'done', commitMessage: 'Do it' } };
const mail = (to: string, body: string, awaitReply?: boolean): Call => ({
  name: 'send_mail',
  input: { to, subject: 'A question', body, ...(awaitReply === undefined ? {} : { awaitReply }) },
});

const resultOf = async (agentId: string, turn: number): Promise<string> => {
  const row = await stage.db
    .selectFrom('tool_calls')
    .select('output')
    .where('transcript', '=', agentId)
    .where('turn', '=', turn)
    .executeTakeFirst();
  return row?.output ?? '';
};

test('the Orchestrator answers a Worker that waits, on one transcript for the whole epic', async () => {
  play(({ purpose, taskKey, turn }, unread) => {
    if (purpose === 'correspond') return unread.map(({ sender, body }) => mail(sender, `yes to ${body}`));
    return turn === 1 ? [mail('orchestrator', `${taskKey}?`, true)] : undefined;
  });
  const handle = await stage.start('asks', { title: 'Asks', tasks: tasks({ one: [], two: ['one'] }) });
  // Time stands still until somebody waits for the result.
  await stage.until('asks', ({ state }) => state === 'COMPLETED');
  await handle.result();
  assert.deepEqual(heard.get('asks.one.implement.1'), ['orchestrator: yes to one?']);
  assert.deepEqual(heard.get('asks.two.implement.1'), ['orchestrator: yes to two?']);
  assert.deepEqual(heard.get('asks.epic.correspond.1'), ['task/one: one?', 'task/two: two?']);
  assert.match(await resultOf('asks.one.implement.1', 1), /^orchestrator has written/);
});

test('mail to people holds nobody up, and their answer three days later is told with the next turn', async () => {
  const ask: Call = { name: 'ask_human', input: { question: 'May I go on?', why: 'Nobody has answered yet.' } };
  play(({ turn }) => {
    if (turn === 1) return [mail('human', 'Which format?', true)];
    return turn === 2 ? [ask] : undefined;
  });
  const handle = await stage.start('days', { title: 'Days', tasks: tasks({ heard: [] }) });
  const { requestId } = await stage.asked('days', 'agent-question', 'heard');
  assert.match(await resultOf('days.heard.implement.1', 1), /^Sent\..* use ask_human\.$/);
  await stage.environment.sleep('3 days');
  const [{ number }] = (await api.ask('GET', '/mail?epicId=days')).body.mails;
  const answered = await api.ask('POST', `/mail/${number}/reply`, { body: 'the old one', by: 'ann' });
  assert.equal(answered.status, 200, JSON.stringify(answered.body));
  await stage.respond('days', requestId, 'answer', { answer: 'Yes.' });
  await handle.result();
  assert.deepEqual(heard.get('days.heard.implement.1'), ['human: the old one']);

  play(({ turn }) => (turn === 1 ? [mail('human', 'Which format?', true)] : undefined));
  const input = { title: 'Alone', tasks: tasks({ only: [] }), requireApproval: ['questions:off'] };
  await (await stage.start('alone', input)).result();
  assert.match(await resultOf('alone.only.implement.1', 1), /Nobody is asked in this epic .* decide yourself\.$/);
});

/** The Orchestrator answers so while the only Worker of the epic waits. */
function playOrchestrator(takeTurn: (input: TakeTurnInput) => Promise<TurnResult>) {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  heard.clear();
  stage.play({
    takeTurn: async (input) => {
      if (input.purpose === 'correspond') return takeTurn(input);
      if (input.purpose !== 'implement') return undefined;
      begun.resolve();
      await gate.promise;
      return submitWork;
    },
  });
  return { begun: begun.promise, end: gate.resolve };
}

const listen = (input: TakeTurnInput) =>
  storeTurn(stage.db, input, (unread) => {
    heard.set(input.agentId, [...(heard.get(input.agentId) ?? []), ...unread.map(({ body }) => body)]);
    return [];
  });

/** Without a call. */
const post = (epicId: string, body: string) =>
  stage.db.transaction().execute((trx) =>
    storeMail(trx, {
      ...{ id: `${epicId}/${body}`, epicId, kind: 'mail', sender: 'human', senderName: 'ann' },
      ...{ recipient: 'orchestrator', subject: 'News', body },
    }),
  );

test('the Orchestrator hears all mail, also what one turn does not hold', async () => {
  const { begun, end } = playOrchestrator(listen);
  const handle = await stage.start('flood', { title: 'Flood', tasks: tasks({ only: [] }) });
  await begun;
  const bodies = Array.from({ length: 35 }, (_, index) => `mail ${index}`);
  for (const body of bodies) await post('flood', body);
  await handle.signal('mailArrived', {});
  await waitFor(() => heard.get('flood.epic.correspond.1')?.length === 35, { what: 'all to be heard' });
  end();
  await handle.result();
  assert.deepEqual(heard.get('flood.epic.correspond.1'), bodies);
});

test('an Orchestrator that is cancelled by hand is said to have failed, and the next mail is another one’s', async () => {
  const asked = Promise.withResolvers<void>();
  const { begun, end } = playOrchestrator((input) => {
    if (!input.agentId.endsWith('.1')) return listen(input);
    asked.resolve();
    return new Promise(() => undefined);
  });
  const handle = await stage.start('ended', { title: 'Ended', tasks: tasks({ only: [] }) });
  await begun;
  await post('ended', 'first');
  await handle.signal('mailArrived', {});
  await asked.promise;
  await stage.client.workflow.getHandle('agent-ended.epic.correspond.1').cancel();
  const isSaid = async () =>
    (await stage.decisions('ended')).some(({ decision }) => decision === 'mail to the Orchestrator is not answered');
  await waitFor(isSaid, { what: 'the failure to be said' });
  await post('ended', 'second');
  await handle.signal('mailArrived', {});
  await waitFor(() => heard.get('ended.epic.correspond.2')?.length === 2, { what: 'another one to hear both' });
  end();
  await handle.result();
});

test('an epic from before there was mail, or without a budget for it, says that its Orchestrator does not answer', async () => {
  const unanswered = async (epicId: string) => {
    const handle = await stage.start(epicId, { title: epicId, tasks: tasks({ only: [] }) });
    await handle.result();
    assert.match(await resultOf(`${epicId}.only.implement.1`, 1), /^Nobody has answered in time/);
    const log = await stage.decisions(epicId);
    const unanswered = log.filter(({ decision }) => decision === 'mail to the Orchestrator is not answered');
    return unanswered.map(({ reason }) => reason).join();
  };
  const ask: Say = ({ turn }) => (turn === 1 ? [mail('orchestrator', 'Which?', true)] : undefined);
  play(ask);
  delete agents.correspond;
  assert.match(await unanswered('old'), /The epic began before there was mail/);
  agents.correspond = SETTINGS.agents.correspond;
  stage.play({
    takeTurn: async (input) => {
      if (input.purpose === 'correspond')
        return { kind: 'budget', cap: { unit: 'usd', amount: 1 }, needed: 1, spent: 1 };
      return input.purpose === 'implement'
        ? storeTurn(stage.db, input, (unread) => ask(input, unread) ?? [HAND_IN])
        : undefined;
    },
  });
  assert.match(await unanswered('poor'), /no budget is left/);
});

test('an agent waits for no answer to what it writes in its last turn', async () => {
  limits.turns = 1;
  play(({ purpose }) => (purpose === 'correspond' ? [] : [mail('orchestrator', 'Which?', true)]));
  const handle = await stage.start('late', { title: 'Late', tasks: tasks({ only: [] }) });
  // Time stands still meanwhile.
  await stage.asked('late', 'failed-task');
  limits.turns = SETTINGS.limits.turns;
  assert.match(await resultOf('late.only.implement.1', 1), /^Nobody has answered in time/);
  await handle.cancel();
  await assert.rejects(handle.result());
});

test('words come before the next turn in their order, and one after the last hand-in is said to reach nobody', async () => {
  const wait = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  heard.clear();
  stage.play({
    takeTurn: async (input) => {
      if (input.purpose === 'review') {
        begun.resolve();
        await wait.promise;
        return undefined;
      }
      if (input.purpose !== 'implement') return undefined;
      return storeTurn(stage.db, input, (unread) => {
        heard.set(
          `turn ${input.turn}`,
          unread.map(({ body }) => body),
        );
        return input.turn === 1 ? [{ name: 'bash', input: { command: 'sleep 60' } }] : [HAND_IN];
      });
    },
    bash: async () => {
      for (const text of ['a', 'b', 'c', 'd', 'e'])
        assert.equal((await api.ask('POST', '/tasks/words.only/tell', { text, by: 'ann' })).status, 200);
    },
  });
  const handle = await stage.start('words', { title: 'Words', tasks: tasks({ only: [] }) });
  await begun.promise;
  assert.equal((await api.ask('POST', '/epics/words/tell', { text: 'too late', by: 'ann' })).status, 200);
  wait.resolve();
  await handle.result();
  assert.deepEqual(heard.get('turn 2'), ['a', 'b', 'c', 'd', 'e']);
  const lines = (await stage.decisions('words')).map(({ decision }) => decision);
  assert.equal(
    lines.filter((line) => /^read word \d+ by ann in turn 2 \(words\.only\.implement\.1\)$/.test(line)).length,
    5,
  );
  assert.equal(lines.filter((line) => /^word \d+ by ann reached nobody$/.test(line)).length, 1);
  const late = await api.ask('POST', '/tasks/words.only/tell', { text: 'later still', by: 'ann' });
  assert.equal(late.status, 409);
});
