/** A person ends what an agent does right now: the agent reads it, and goes on with its next turn. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { waitFor } from '../support/wait-for.ts';
import { answer, failsWith, submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const never = () => new Promise<never>(() => undefined);
const until = (line: string) => waitFor(() => stage.log.includes(line), { what: line });
const one = { title: 'One', tasks: tasks({ only: [] }) };
const toTask = { taskKey: 'only', by: 'ann', comment: 'use the other tool' };
const decisions = (epicId: string) =>
  stage.db
    .selectFrom('decision_log')
    .select(['actor', 'decision', 'reason'])
    .where('epic_id', '=', epicId)
    .where('decision', 'like', 'interrupt%')
    .execute();

test('a command is ended, its result says who did it, nothing else of that answer is carried out, and the person is heard', async () => {
  stage.log.length = 0;
  const heard: unknown[] = [];
  stage.play({
    takeTurn: ({ purpose, turn, said }) => {
      if (purpose !== 'implement') return undefined;
      heard.push(said?.map(({ by, comment }) => `${by}: ${comment}`));
      const rest = [
        { name: 'bash', id: 'after' },
        { name: 'log_decision', id: 'said' },
      ];
      return turn === 1 ? answer({ name: 'bash', id: 'hangs', summary: 'npm test' }, ...rest) : submitWork;
    },
    bash: ({ toolUseId }) => (toolUseId === 'hangs' ? never() : undefined),
  });
  const handle = await stage.start('command', one);
  await until('bash command.only.implement.1');
  const { changed, message } = await stage.update('command', 'interruptTask', toTask);
  assert.deepEqual([changed, message], [true, 'ended only: turn 1, bash: npm test']);
  await handle.result();
  const words = 'A person (ann) interrupted this; what they say follows.';
  assert.deepEqual(
    stage.log.filter((line) => /^(added|refused|noted|bash)/.test(line)),
    [
      'bash command.only.implement.1',
      `added: [${words}]`,
      ...Array(2).fill(`refused: This call was not carried out. ${words}`),
    ],
  );
  assert.deepEqual(heard, [undefined, ['ann: use the other tool']], 'as a person’s word, with the next turn');
  assert.deepEqual(await decisions('command'), [
    {
      ...{ actor: 'ann', decision: 'interrupt only' },
      reason: 'use the other tool (ended only: turn 1, bash: npm test)',
    },
  ]);
  // Its agent says whose wish it was, for a reply that comes late.
  const { events } = await stage.handle('command').fetchHistory();
  const replies = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal?.signalName === 'interrupted' ? [Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString()] : [],
  );
  const { interruptId, ...reply } = JSON.parse(replies[0] ?? '{}');
  assert.match(interruptId, /./);
  assert.deepEqual(reply, {
    by: 'ann',
    comment: 'use the other tool',
    taskKey: 'only',
    what: 'turn 1, bash: npm test',
  });
});

test('a model call is ended, and the same turn is asked for again with what the person said', async () => {
  const said: unknown[] = [];
  stage.log.length = 0;
  stage.play({
    takeTurn: ({ purpose, said: words }) => {
      if (purpose !== 'implement') return undefined;
      said.push(words?.map(({ by, comment }) => `${by}: ${comment}`));
      return said.length === 1 ? never() : submitWork;
    },
  });
  const handle = await stage.start('call', one);
  await until('turn 1 of call.only.implement.1');
  const { message } = await stage.update('call', 'interrupt', { by: 'ann', comment: 'be brief' });
  assert.equal(message, 'ended only: turn 1, the model’s answer, which is asked for again'.replace('’', "'"));
  await handle.result();
  assert.deepEqual(
    stage.log.filter((line) => line.includes('call.only.implement')),
    Array(2).fill('turn 1 of call.only.implement.1'),
  );
  assert.deepEqual(said, [undefined, ['ann: be brief']]);
});

test('the comment of an interrupt is kept for the next agent when this one takes no more turns', async () => {
  stage.log.length = 0;
  stage.play({
    takeTurn: ({ purpose, turn, agentId }) => {
      if (purpose !== 'implement' || agentId.endsWith('.2')) return purpose === 'implement' ? submitWork : undefined;
      if (turn === 1) return answer({ name: 'bash' });
      throw ApplicationFailure.nonRetryable('It gave up', 'AgentGaveUp');
    },
    bash: never,
  });
  const handle = await stage.start('gone', one);
  await until('bash gone.only.implement.1');
  await stage.update('gone', 'interruptTask', toTask);
  await handle.result();
  assert.deepEqual(
    stage.log.filter((line) => line.startsWith('unheard')),
    ['unheard: ann: use the other tool'],
  );
});

test('five at once end one command, and each is told so', async () => {
  stage.log.length = 0;
  stage.play({
    takeTurn: ({ purpose, turn }) =>
      purpose === 'implement' ? (turn === 1 ? answer({ name: 'bash' }) : submitWork) : undefined,
    bash: ({ turn }) => (turn === 1 ? never() : undefined),
  });
  const handle = await stage.start('five', one);
  await until('bash five.only.implement.1');
  const all = await Promise.all(Array.from({ length: 5 }, () => stage.update('five', 'interruptTask', toTask)));
  assert.ok(all.some(({ changed }) => changed));
  for (const { changed, message } of all) assert.match(message, changed ? /^ended only/ : /nothing is running/);
  await handle.result();
  assert.equal(stage.log.filter((line) => line.startsWith('added: ')).length, 1);
});

test('where no agent does anything that is said, and changes nothing', async () => {
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined) });
  const handle = await stage.start('idle', { ...one, requireApproval: ['merge'] });
  const { requestId } = await stage.asked('idle', 'merge');
  const { changed, message } = await stage.update('idle', 'interruptTask', toTask);
  assert.equal(changed, false);
  assert.match(message, /nothing is running/);
  assert.equal((await stage.update('idle', 'interrupt', { by: 'ann' })).changed, false);
  const unknown = stage.update('idle', 'interruptTask', { ...toTask, taskKey: 'none' });
  await assert.rejects(unknown, failsWith('NotFound'));
  assert.deepEqual(await decisions('idle'), []);
  // A reply that comes when nobody waits for it any more.
  await handle.signal('interrupted', {
    interruptId: 'late',
    by: 'ann',
    comment: 'why',
    taskKey: 'only',
    what: 'npm test',
  });
  await waitFor(async () => (await decisions('idle')).length > 0);
  assert.deepEqual(await decisions('idle'), [
    { actor: 'ann', decision: 'interrupt only', reason: 'why (ended only: npm test)' },
  ]);
  await stage.respond('idle', requestId, 'approve');
  await handle.result();
});
