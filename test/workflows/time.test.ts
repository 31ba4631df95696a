/** Months and hours pass on a server that skips time: what waits that long goes on as if it had been a moment. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import { StubbornFailure } from '../../clients/failures.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, handInAtOnce, submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage({ skipsTime: true });
after(() => stage.close());

test('an approval waits for ninety days and is then acted on at once', async () => {
  stage.play({ takeTurn: handInAtOnce });
  const input = { title: 'Patient', tasks: tasks({ only: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('patient', input);
  await stage.asked('patient', 'merge');
  const before = await stage.environment.currentTimeMs();
  await stage.environment.sleep('90 days');
  assert.ok((await stage.environment.currentTimeMs()) - before >= 90 * 24 * 3_600_000);
  assert.deepEqual(
    (await stage.status('patient')).requests.map(({ state }) => state),
    ['open'],
  );
  await handle.signal('approve', { by: 'me' });
  await handle.result();
});

test('an agent’s question is answered after thirty days of silence, and the same agent reads it', async () => {
  const asks = { name: 'ask_human', input: { question: 'Which?', why: 'It matters.' } };
  stage.log.length = 0;
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') return undefined;
      return turn === 1 ? answer(asks) : submitWork;
    },
  });
  const handle = await stage.start('silent', { title: 'Silent', tasks: tasks({ only: [] }) });
  const { requestId } = await stage.asked('silent', 'agent-question');
  await stage.environment.sleep('30 days');
  assert.deepEqual(
    (await stage.status('silent')).requests.map(({ state }) => state),
    ['open'],
  );
  await stage.respond('silent', requestId, 'answer', { answer: 'That one.' });
  await handle.result();
  const read = stage.log.filter((line) => line.startsWith('read: '));
  assert.equal(read.length, 1);
  assert.match(read[0] ?? '', /That one\./);
  assert.equal(stage.log.filter((line) => line === 'brief only implement').length, 1, 'one round of one agent');
});

test('a provider’s hold of two days is a timer, not a failure', async () => {
  let held = false;
  stage.log.length = 0;
  stage.play({
    takeTurn: async ({ purpose }): Promise<TurnResult | undefined> => {
      if (purpose !== 'implement' || held) return purpose === 'implement' ? submitWork : undefined;
      held = true;
      const until = new Date((await stage.environment.currentTimeMs()) + 2 * 24 * 3_600_000).toISOString();
      return { kind: 'hold', until, reason: 'the weekly window is used up' };
    },
  });
  const before = await stage.environment.currentTimeMs();
  const handle = await stage.start('quota', { title: 'Quota', tasks: tasks({ only: [] }) });
  await handle.result();
  assert.ok((await stage.environment.currentTimeMs()) - before >= 2 * 24 * 3_600_000);
  assert.equal(stage.log.filter((line) => line.startsWith('brief only implement')).length, 1);
});

test('an epic whose escalation was lost asks the supervisor again', async () => {
  let escalations = 0;
  stage.play({
    verify: (_, run) => run > 3,
    get isEscalationLost() {
      escalations += 1;
      return escalations === 1;
    },
  });
  const handle = await stage.start('lost', { title: 'Lost', tasks: tasks({ only: [] }) });
  await waitFor(() => escalations === 1, { timeoutMs: 30_000 });
  await stage.environment.sleep('61 seconds');
  const { requestId } = await stage.asked('lost', 'failed-task');
  assert.equal(escalations, 2);
  await stage.respond('lost', requestId, 'retry');
  await handle.result();
});

test('an epic that waits for admission asks the supervisor again, less and less often', async () => {
  stage.play({ takeTurn: handInAtOnce });
  const supervisor = await stage.client.workflow.start('supervisorWorkflow', {
    ...{ workflowId: 'supervisor', taskQueue: 'factory', workflowIdConflictPolicy: 'USE_EXISTING' },
    args: [],
  });
  const others = Array.from({ length: 10 }, (_, index) => `other-${index}`);
  for (const epicId of others) await supervisor.signal('requestAdmission', { epicId, priority: 4 });
  const handle = await stage.start('queued', { title: 'Queued', tasks: tasks({ only: [] }) });
  await waitFor(async () => (await stage.status('queued')).hold?.kind === 'admission', { timeoutMs: 30_000 });
  await stage.environment.sleep('60 minutes');
  const { events } = await handle.fetchHistory();
  const scheduled = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
  const times = scheduled.filter((name) => name === 'requestAdmission').length;
  assert.ok(times > 3 && times < 12, `${times} times in an hour`);
  for (const epicId of others) await supervisor.signal('releaseAdmission', { epicId });
  await handle.result();
});

test('checks that do not end are waited for as long as the policy says, then a person is told', async () => {
  let reads = 0;
  stage.play({
    takeTurn: handInAtOnce,
    readChecks: () => {
      reads += 1;
      return { state: 'pending', pending: ['e2e'] };
    },
  });
  const handle = await stage.start('late', { title: 'Late', tasks: tasks({ only: [] }) });
  await waitFor(() => reads > 0, { timeoutMs: 30_000 });
  await stage.environment.sleep('61 minutes');
  const { requestId, question } = await stage.asked('late', 'question');
  assert.match(question, /these checks have not ended after 60 minutes: e2e/);
  assert.ok(reads <= 14, `${reads} reads in an hour`);
  await stage.respond('late', requestId, 'merge');
  await handle.result();
});

test('a provider that says the same for too long is a question, which ends by itself with the outage', async () => {
  let isAway = true;
  stage.play({
    takeTurn: ({ purpose }) => {
      if (isAway) throw new StubbornFailure('ModelUnavailable', 'The model provider is overloaded or broken (500)', 0);
      return purpose === 'implement' ? submitWork : undefined;
    },
  });
  const handle = await stage.start('outage', { title: 'Outage', tasks: tasks({ only: [] }), requireApproval: [] });
  const first = await stage.asked('outage', 'question', 'only');
  assert.match(first.question, /broken \(500\).*Without an answer, the factory tries again in 5 minutes/);
  await stage.environment.sleep('5 minutes');
  assert.match((await stage.askedAgain('outage', first)).question, /in 10 minutes/);
  const { requests } = await stage.status('outage');
  assert.equal(requests.find(({ requestId }) => requestId === first.requestId)?.state, 'withdrawn');
  isAway = false;
  await handle.result();
});

test('another execution in an agent’s place that does not end is asked to end less and less often', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    isCancellationLost: true,
  });
  // It ends by itself, minutes later.
  await stage.client.workflow.start('lineWorkflow', {
    ...{ workflowId: 'agent-occupied.only.implement.1', taskQueue: 'factory' },
    args: [{ repository: 'any', branch: 'any' }],
  });
  await (await stage.start('occupied', { title: 'Occupied', tasks: tasks({ only: [] }) })).result();
  const { events } = await stage.client.workflow.getHandle('epic-occupied/task-only').fetchHistory();
  const scheduled = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
  const times = scheduled.filter((name) => name === 'requestCancel').length;
  assert.ok(times > 1 && times <= 12, `${times} times`);
});

test('checks that nobody begins are asked about once for all tasks of an epic', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    readChecks: (head) =>
      head.endsWith('/epic') ? { state: 'green' } : { state: 'pending', pending: ['build'], missing: ['build'] },
  });
  const graph = tasks({ one: [], two: [] });
  const handle = await stage.start('missing', { title: 'Missing', tasks: graph, concurrency: 2 });
  const isHeld = async (key: string) => (await stage.holdOf('missing', key))?.kind === 'person';
  await waitFor(
    async () => {
      await stage.environment.sleep('2 minutes');
      return (await isHeld('one')) && (await isHeld('two'));
    },
    { timeoutMs: 30_000 },
  );
  const { requests } = await stage.status('missing');
  assert.deepEqual(
    requests.map(({ state, question }) => [state, /nobody has begun these: build/.test(question)]),
    [['open', true]],
  );
  await stage.respond('missing', requests[0]?.requestId ?? '', 'merge');
  await handle.result();
});
