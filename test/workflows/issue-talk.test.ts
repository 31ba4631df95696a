/** An epic's talk with its issue where it is hard: refused words, a refused key, many replies at once. Linear is the double. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { loadConfig } from '../../config/config.ts';
import type { Word } from '../../workflows/contract/issue-news.ts';
import type { EpicView } from '../../workflows/contract/records.ts';
import { failureMessage, failureType } from '../../workflows/failure.ts';
import { API_KEY, startLinear } from '../support/linear/server.ts';
import type { StoredIssue } from '../support/linear/store.ts';
import { type Call, storeTurn } from '../support/stored-turns.ts';
import { waitFor } from '../support/wait-for.ts';
import { tasks } from './answers.ts';
import { openStage } from './stage.ts';

const linear = await startLinear();
const stage = await openStage({ linear: loadConfig(linear.variables).linear });
after(async () => {
  await stage.close();
  await linear.close();
});

const bodies = (issue: StoredIssue) => linear.said(issue).map(({ body }) => body);

test('a word that is refused is left out and named, and those after it are said in their order', async () => {
  const issue = linear.store.addIssue();
  const words: Word[] = [
    { key: 'first', kind: 'comment', body: 'first' },
    { key: 'lost', kind: 'comment', body: 'to nothing that was said', about: 'nothing' },
    { key: 'gone', kind: 'move', to: 'completed', issue: 'ENG-4711' },
    { key: 'second', kind: 'comment', body: 'second' },
    { key: 'completed', kind: 'move', to: 'completed' },
  ];
  const told = stage.client.workflow.execute('tellIssueWorkflow', {
    ...{ taskQueue: 'factory', workflowId: 'tell' },
    args: [{ epicId: 'none', sourceId: issue.identifier, words }],
  });
  await assert.rejects(told, (error: unknown) => {
    assert.ok(error instanceof WorkflowFailedError);
    assert.equal(failureType(error.cause), 'TrackerRefused');
    assert.match(failureMessage(error.cause), /lost \(.*top-level.*\); gone \(.*not found/i);
    return true;
  });
  assert.deepEqual(bodies(issue), ['first', 'second']);
  assert.equal(issue.state.type, 'completed');
});

test('a refused key uses up no word: all are said when it is fixed', async () => {
  const issue = linear.store.addIssue();
  linear.setKey('another');
  const source = { tracker: 'linear', id: issue.identifier };
  await stage.start('keyless', { title: 'Keyless', source, tasks: tasks({ only: [] }), requireApproval: ['merge'] });
  const { requestId } = await stage.asked('keyless', 'merge');
  const keys = ['started', 'plan', 'pull-request', `request-${requestId}`];
  const later = keys.map((key) => stage.client.workflow.getHandle(`epic-keyless/tell-${key}`));
  // Each has failed once: an attempt that is still under way with the refused key would fail after the key is good again.
  for (const handle of later) {
    const hasFailed = async () => (await handle.describe()).raw.pendingActivities?.[0]?.lastFailure?.message;
    const said = await waitFor(hasFailed, { timeoutMs: 40_000, what: `${handle.workflowId} waits for its next try` });
    assert.match(said, /refused LINEAR_API_KEY/);
  }
  assert.deepEqual(bodies(issue), []);
  linear.setKey(API_KEY);
  // The next try is due in five minutes; whoever operates Temporal can have it at once.
  for (const { workflowId } of later) {
    const { namespace } = stage.client.options;
    await stage.client.workflowService.resetActivity({ namespace, execution: { workflowId }, type: 'tellIssue' });
  }
  await Promise.all(later.map((handle) => handle.result()));
  assert.equal(issue.state.type, 'started');
  assert.deepEqual(
    bodies(issue)
      .map((body) => /\*\*(.+?)\*\*/.exec(body)?.[1])
      .toSorted(),
    ['A person is asked', 'Plan', 'Pull request'],
  );
  await stage.handle('keyless').signal('approve', { by: 'me' });
  await stage.handle('keyless').result();
});

test('many replies at once are all heard, a few a look, and no look tells one again', async () => {
  const issue = linear.store.addIssue();
  const source = { tracker: 'linear', id: issue.identifier };
  await stage.start('many', { title: 'Many', source, tasks: tasks({ only: [] }), requireApproval: ['plan'] });
  const question = await linear.commentWith(issue, 'Approve this plan?');
  for (let n = 0; n < 25; n += 1) linear.say(issue, `hm ${n}`, question);
  await stage.handle('many').signal('issueChanged', {});
  const explained = () => bodies(issue).filter((body) => body.includes('was not understood')).length;
  await waitFor(() => explained() === 25, { timeoutMs: 40_000, what: 'an explanation of each' });
  linear.say(issue, 'cancel', question);
  await stage.handle('many').signal('issueChanged', {});
  await assert.rejects(stage.handle('many').result());
  const { events } = await stage.handle('many').fetchHistory();
  const looks = (events ?? [])
    .flatMap(({ activityTaskCompletedEventAttributes: done }) => done?.result?.payloads?.[0]?.data ?? [])
    .map((data) => String(Buffer.from(data)))
    .filter((result) => result.includes('"replies":[{'))
    .map((result) => (JSON.parse(result) as { replies: unknown[] }).replies.length);
  assert.deepEqual(looks, [10, 10, 5, 1]);
});

test('a reply that is being taken when the run should end is an answer, not lost between two runs', async () => {
  const short = await openStage({ linear: loadConfig(linear.variables).linear, suggestContinueAsNewAt: 60 });
  const [reading, read] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
  let reads = 0;
  let isGreen = false;
  try {
    short.play({
      verify: (key) => key !== 'epic' || isGreen,
      // Once for the question, then for the answer.
      basePolicy: () => {
        reads += 1;
        if (reads === 1) return undefined;
        reading.resolve();
        return read.promise;
      },
    });
    const issue = linear.store.addIssue();
    const source = { tracker: 'linear', id: issue.identifier };
    await short.start('between', { title: 'Between', source, tasks: tasks({ x: [], y: [] }), requireApproval: [] });
    linear.say(issue, 'retry', await linear.commentWith(issue, 'cannot be merged into'));
    const handle = short.handle('between');
    await handle.signal('issueChanged', {});
    await reading.promise;
    const { runId: before } = await handle.describe();
    await Promise.all(Array.from({ length: 90 }, () => handle.signal('nonsense')));
    /** It has read them all, or its next run has. */
    const hasRead = async () => {
      const { runId, historyLength, raw } = await handle.describe();
      const others = raw.pendingActivities?.filter(({ activityType }) => activityType?.name !== 'readBasePolicy');
      return (runId !== before || historyLength > 90) && raw.pendingWorkflowTask == null && others?.length === 0;
    };
    await waitFor(hasRead, { timeoutMs: 20_000, intervalMs: 500 });
    isGreen = true;
    read.resolve(undefined);
    await short.until('between', ({ state }) => state === 'COMPLETED', 'the answer to have its effect');
  } finally {
    await short.close();
  }
});

test('to continue with a completed issue lifts no pause of a person, whichever came first', async () => {
  for (const order of ['before', 'since'] as const) {
    const issue = linear.store.addIssue();
    const source = { tracker: 'linear', id: issue.identifier };
    const id = `paused-${order}`;
    await stage.start(id, { title: id, source, tasks: tasks({ only: [] }), requireApproval: ['plan'] });
    await linear.commentWith(issue, 'Approve this plan?');
    const pause = () => stage.update(id, 'pause', { by: 'ann', comment: 'a key leaked' });
    if (order === 'before') await pause();
    linear.store.move(issue, linear.store.stateOf('ENG', 'Done'));
    await stage.handle(id).signal('issueChanged', {});
    const done = await linear.commentWith(issue, 'to a completed state');
    if (order === 'since') await pause();
    linear.say(issue, 'continue', done);
    await stage.handle(id).signal('issueChanged', {});
    const isAnswered = ({ requests }: EpicView) => requests.some(({ answer }) => answer?.decision === 'continue');
    const { paused } = await stage.until(id, isAnswered, 'the answer');
    assert.equal(paused, true, order);
    assert.equal(done.body.includes('A person has paused it too'), order === 'before');
    await waitFor(async () => (await stage.decisions(id)).some(({ decision }) => decision === 'stays paused'));
    await stage.handle(id).cancel();
    await assert.rejects(stage.handle(id).result());
  }
});

test('people tell agents on the issue what to do, and answer mail that is shown there', async () => {
  const issue = linear.store.addIssue();
  const source = { tracker: 'linear', id: issue.identifier };
  linear.say(issue, '/factory tell was said before it began');
  const read: string[] = [];
  const calls: Record<number, Call> = {
    1: { name: 'send_mail', input: { to: 'human', subject: 'Format', body: 'Which?' } },
    2: { name: 'bash', input: { command: 'sleep 60' } },
    3: { name: 'submit_work', input: { summary: 'done', commitMessage: 'Do it' } },
  };
  const look = () => stage.handle('said').signal('issueChanged', {});
  const comment = (text: string) => linear.commentWith(issue, text);
  stage.play({
    takeTurn: async (input) =>
      input.purpose !== 'implement'
        ? undefined
        : storeTurn(stage.db, input, (unread) => {
            read.push(...unread.map(({ kind, senderName, body }) => `${kind} by ${senderName}: ${body}`));
            return [calls[input.turn] as Call];
          }),
    bash: async () => {
      const mail = await comment('**Mail ');
      assert.match(mail.body, /from task\/only: Format\n\n> Which\?\n\nReply to this comment/);
      linear.say(issue, 'the old one', mail);
      linear.say(issue, '/factory tell only: be brief');
      linear.say(issue, '/factory dance');
      linear.say(issue, '/factory reply 999999 hello');
      linear.say(issue, '/factory tell nobody', undefined, 'bot');
      await look();
      const answers = [
        'is answered',
        'The Worker of `only` reads this',
        'was not understood',
        'There is no mail 999999',
      ];
      for (const text of answers) assert.notEqual((await comment(text)).parentId, null, `${text}, in its thread`);
      await look();
    },
  });
  await stage.start('said', { title: 'Said', source, tasks: tasks({ only: [] }), requireApproval: [] });
  await stage.handle('said').result();
  assert.deepEqual(read, ['word by ada (Linear): be brief', 'mail by ada (Linear): the old one']);
  assert.match((await comment('**Plan**')).body, /`\/factory tell …`/);
  const said = bodies(issue).filter((body) => /reads this|was not understood|is answered|is no mail/.test(body));
  assert.equal(said.length, 4);
  const mails = await stage.db.selectFrom('mail').select('read_by').where('recipient', '=', 'human').execute();
  assert.deepEqual(mails, [{ read_by: 'ada (Linear)' }]);
});
