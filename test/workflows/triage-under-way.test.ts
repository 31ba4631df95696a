/** A Supervisor agent at work when its process dies, its epic's run ends, or somebody decides first: judged once, told once. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';
import type { TakeTurnInput, TurnResult } from '../../activities/agent/take-turn.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, failsWith, submitTriage, submitWork, tasks } from './answers.ts';
import { countRuns, sendNoise } from './runs.ts';
import { openStage } from './stage.ts';

/** Activities of triage whose first result is lost with its process: by their name and epic. */
const lost = new Set<string>();
const losesResults: NonNullable<WorkerOptions['interceptors']> = {
  activity: [
    () => ({
      inbound: {
        async execute(input, next) {
          const [given] = input.args as { epicId?: string; purpose?: string; openedBy?: string }[];
          const isTriage = given?.purpose === 'triage' || given?.openedBy?.startsWith('triage/') === true;
          const result = await next(input);
          if (isTriage && lost.delete(`${activityInfo().activityType} ${given?.epicId}`)) {
            throw ApplicationFailure.create({ message: 'its process died', nextRetryDelay: '10ms' });
          }
          return result;
        },
      },
    }),
  ],
};

const stage = await openStage({
  suggestContinueAsNewAt: 60,
  interceptors: losesResults,
  settings: {
    supervisor: { may: ['retry', 'add_task'], budgetMicroUsd: 1_000_000 },
    limits: { attempts: 2, rounds: 1, turns: 20 },
  },
});
after(() => stage.close());
const { lines } = stage;

const GUIDANCE = 'Import it from ./price.js.';
const retry = submitTriage({ action: 'retry', reason: 'The import is wrong.', guidance: GUIDANCE });
const two = { tasks: tasks({ red: [], busy: [] }) };
/** As long as all others that wait for an epic. */
const PATIENTLY = { timeoutMs: 40_000 };
const seen = (line: string) => waitFor(() => lines(line).length > 0, { ...PATIENTLY, what: line });
const told = () => lines(`told red: ${GUIDANCE}`).length;
const runsOf = countRuns(stage.client);
async function said(id: string): Promise<string[]> {
  const log = await stage.decisions(id);
  return log.filter(({ actor }) => actor === 'SUPERVISOR').map(({ decision }) => decision);
}
const isParked = (agentId: string) => {
  const agent = stage.client.workflow.getHandle(`agent-${agentId}`);
  const hasEnded = async () => (await agent.describe()).status.name === 'COMPLETED';
  return waitFor(hasEnded, { ...PATIENTLY, what: 'the judge is parked' });
};
const agentRow = (id: string) => stage.db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst();

/** `red` fails at once, and `busy` works until it may hand in. */
function play(triage: (input: TakeTurnInput) => TurnResult | Promise<TurnResult>, busy: Promise<void>, red = 2): void {
  stage.log.length = 0;
  stage.play({
    verify: (taskKey, run) => taskKey !== 'red' || run > red,
    takeTurn: async (input) => {
      if (input.purpose === 'triage') return triage(input);
      if (input.purpose !== 'implement') return undefined;
      if (input.taskKey === 'busy') await busy;
      return submitWork;
    },
  });
}

/** Messages that change nothing, until the epic's run is long enough to end. */
async function fillRun(id: string): Promise<void> {
  const handle = stage.handle(id);
  const isLong = async () => {
    await sendNoise(stage.client, id);
    return ((await handle.describe()).historyLength ?? 0) > 70;
  };
  await waitFor(isLong, { ...PATIENTLY, what: 'a long run of the epic' });
}

test('a worker that dies around its turns, and a run that ends between them: one transcript, one act, one word', async () => {
  const first = Promise.withResolvers<TurnResult>();
  const busy = Promise.withResolvers<void>();
  lost.add('openTriage carried').add('takeTurn carried');
  play(({ turn }) => (turn === 1 ? first.promise : retry), busy.promise);
  const handle = await stage.start('carried', { title: 'Carried', ...two });
  await seen('turn 1 of carried.red.triage.1');
  await stage.deploy(stage.workflowBundle);
  await fillRun('carried');
  first.resolve(answer());
  busy.resolve();
  await handle.result();
  assert.ok((await runsOf('epic-carried')) > 1, 'the epic continued as new');
  assert.equal(lost.size, 0, 'the first results were lost');
  assert.deepEqual(
    [...new Set(lines('turn ').filter((line) => line.includes('.triage.')))],
    ['turn 1 of carried.red.triage.1', 'turn 2 of carried.red.triage.1: nudge'],
  );
  assert.deepEqual(await said('carried'), ['red: ask_human', 'red: retry']);
  assert.equal(told(), 1);
  assert.deepEqual((await stage.status('carried')).requests, [], 'nobody was asked');
  assert.equal((await agentRow('carried.red.triage.1'))?.state, 'COMPLETED');
});

test('a task that is cancelled while its judge is parked gets no advice, and no turn more is paid', async () => {
  const first = Promise.withResolvers<TurnResult>();
  const busy = Promise.withResolvers<void>();
  play(({ turn }) => (turn === 1 ? first.promise : retry), busy.promise);
  const handle = await stage.start('parked', { title: 'Parked', ...two });
  await seen('turn 1 of parked.red.triage.1');
  await fillRun('parked');
  first.resolve(answer());
  await isParked('parked.red.triage.1');
  await stage.update('parked', 'cancelTask', { taskKey: 'red', by: 'ann' });
  busy.resolve();
  const { question, requestId } = await stage.asked('parked', 'failed-task');
  assert.doesNotMatch(question, /Supervisor/);
  assert.ok((await runsOf('epic-parked')) > 1, 'the epic continued as new');
  assert.deepEqual(lines('turn 2 of parked.red.triage.1'), []);
  assert.deepEqual(await said('parked'), ['red: ask_human', 'red: ask_human']);
  await stage.respond('parked', requestId, 'skip');
  await handle.result();
});

test('who wants to decide before the Supervisor is told how, and what it says afterwards changes nothing', async () => {
  const first = Promise.withResolvers<TurnResult>();
  play(({ turn }) => (turn === 1 ? first.promise : retry), Promise.resolve());
  const handle = await stage.start('early', { title: 'Early', ...two });
  await seen('turn 1 of early.red.triage.1');
  await assert.rejects(
    stage.update('early', 'retryTask', { taskKey: 'red', by: 'ann' }),
    failsWith('TaskRunning', /the Supervisor judges.*cancel it first/),
  );
  for (const [name, more] of [
    ['skipTask', {}],
    ['rewindTask', { turn: 1 }],
  ] as const) {
    const asked = stage.update('early', name, { taskKey: 'red', ...more });
    await assert.rejects(asked, failsWith('TaskRunning', /judges it now.*cancel it first/), name);
  }
  await stage.update('early', 'cancelTask', { taskKey: 'red', by: 'ann' });
  await waitFor(async () => (await stage.taskRow('early', 'red'))?.state === 'CANCELLED', PATIENTLY);
  await stage.update('early', 'retryTask', { taskKey: 'red', by: 'ann', comment: 'Mine.' });
  first.resolve(retry);
  await handle.result();
  assert.equal(lines('told red: Mine.').length, 1);
  assert.equal(told(), 0);
  assert.deepEqual(await said('early'), ['red: ask_human', 'red: ask_human']);
  assert.equal((await agentRow('early.red.triage.1'))?.state, 'CANCELLED');
});

test('a pause in the middle outlives the run, and what it answers after it counts once', async () => {
  const first = Promise.withResolvers<TurnResult>();
  play(({ turn }) => (turn === 1 ? first.promise : retry), Promise.resolve());
  const handle = await stage.start('paused', { title: 'Paused', ...two });
  await seen('turn 1 of paused.red.triage.1');
  await stage.update('paused', 'pause', { by: 'ann' });
  await fillRun('paused');
  const runs = await runsOf('epic-paused');
  first.resolve(answer());
  await waitFor(async () => (await runsOf('epic-paused')) > runs, { ...PATIENTLY, what: 'the next run' });
  assert.deepEqual(lines('turn 2 of paused.red.triage.1'), []);
  await stage.update('paused', 'resume', { by: 'ann' });
  await handle.result();
  assert.equal(told(), 1);
  assert.deepEqual(await said('paused'), ['red: ask_human', 'red: retry']);
});

test('an epic that is cancelled ends its judge, and nothing is decided', async () => {
  const never = Promise.withResolvers<TurnResult>();
  play(() => never.promise, Promise.resolve());
  const handle = await stage.start('ended', { title: 'Ended', ...two });
  await seen('turn 1 of ended.red.triage.1');
  await handle.cancel();
  await assert.rejects(handle.result());
  assert.equal((await agentRow('ended.red.triage.1'))?.state, 'CANCELLED');
  assert.deepEqual(await said('ended'), ['red: ask_human'], 'only the fixed rules have spoken');
  assert.deepEqual([(await stage.epicRow('ended'))?.state, told()], ['CANCELLED', 0]);
});

test('a budget that ends between its turns leaves no advice, and nobody is asked for more', async () => {
  const short = { kind: 'budget' as const, neededMicroUsd: 2, spentMicroUsd: 999_999, capMicroUsd: 1_000_000 };
  play(({ turn }) => (turn === 1 ? answer() : short), Promise.resolve(), 99);
  const handle = await stage.start('spent', { title: 'Spent', ...two });
  const { question, requestId } = await stage.asked('spent', 'failed-task');
  assert.doesNotMatch(question, /Supervisor/);
  assert.deepEqual(
    (await stage.status('spent')).requests.map(({ kind }) => kind),
    ['failed-task'],
  );
  assert.equal((await agentRow('spent.red.triage.1'))?.state, 'FAILED');
  const log = await stage.decisions('spent');
  const unadvised = log.find(({ decision }) => decision === 'red: no advice of the Supervisor');
  assert.match(unadvised?.reason ?? '', /no budget is left/);
  await stage.respond('spent', requestId, 'skip');
  await handle.result();
});

test('a still epic is judged on in the next run; one that moves meanwhile is nobody’s question', async () => {
  const first = Promise.withResolvers<TurnResult>();
  const never = Promise.withResolvers<void>();
  const aside = submitTriage({ action: 'ask_human', reason: 'It hangs.' });
  play(({ turn }) => (turn === 1 ? first.promise : aside), never.promise, 0);
  const handle = await stage.start('still', { title: 'Still', ...two });
  await waitFor(async () => (await stage.taskRow('still', 'red'))?.state === 'COMPLETED', PATIENTLY);
  await handle.signal('stalled', { since: '2026-01-01T00:00:00.000Z' });
  await seen('turn 1 of still.epic.triage.1');
  await fillRun('still');
  first.resolve(answer());
  await isParked('still.epic.triage.1');
  await stage.update('still', 'cancelTask', { taskKey: 'busy', by: 'ann' });
  await waitFor(async () => (await said('still')).length > 0, PATIENTLY);
  assert.deepEqual(await said('still'), ['the epic: ask_human']);
  assert.ok((await runsOf('epic-still')) > 1, 'the epic continued as new');
  const { requestId } = await stage.asked('still', 'failed-task');
  assert.deepEqual(
    (await stage.status('still')).requests.map(({ kind }) => kind),
    ['failed-task'],
  );
  await stage.respond('still', requestId, 'skip');
  await handle.result();
});

test('where the setting lists add_task, its task is a revision of the plan; the failed one is a person’s afterwards', async () => {
  const more = { key: 'more', title: 'Add the price module', description: '', acceptance: [], dependsOn: [] };
  const add = submitTriage({ action: 'add_task', reason: 'There is no price module.', task: more });
  const given = { ...two, tasks: tasks({ red: [], busy: [] }) };
  play(() => add, Promise.resolve(), 2);
  const handle = await stage.start('adds', { title: 'Adds', ...given });
  const { question, requestId } = await stage.asked('adds', 'failed-task');
  assert.match(question, /The Supervisor added the task more, “Add the price module”, because: “There is no price/);
  assert.equal((await stage.taskRow('adds', 'more'))?.state, 'COMPLETED', 'it is merged before anybody is asked');
  const { revisions = [] } = await stage.status('adds');
  assert.deepEqual(revisions.map(({ number, by, why, changes }) => [number, by, why, changes]).at(-1), [
    2,
    'SUPERVISOR',
    'There is no price module.',
    ['adds more: Add the price module'],
  ]);
  await stage.respond('adds', requestId, 'retry');
  await handle.result();

  // A key that is taken, a plan that a person approves, an epic of one task: the person reads it as advice.
  const taken = { ...more, key: 'busy' };
  for (const [id, task, input, refusal] of [
    ['taken', taken, two, /suggests another task, “Add the price module”.*It does not fit.*a task "busy" already/],
    ['alone', more, { tasks: tasks({ red: [] }) }, /suggests another task, “Add the price module”/],
    ['approved', more, { ...two, requireApproval: ['plan'] }, /suggests another task, “Add the price module”/],
  ] as const) {
    play(() => submitTriage({ action: 'add_task', reason: 'Missing.', task }), Promise.resolve(), 99);
    const refused = await stage.start(id, { title: id, ...input });
    if (id === 'approved') await stage.respond(id, (await stage.asked(id, 'plan')).requestId, 'approve');
    const asked = await stage.asked(id, 'failed-task');
    assert.match(asked.question, refusal);
    assert.ok(!(await stage.status(id)).tasks.some(({ task: { title } }) => title === more.title), id);
    await refused.cancel();
    await assert.rejects(refused.result());
  }
});

test('a Supervisor that obeys every order it reads gets its epic no further than its role', async () => {
  const orders = ['mergePullRequest', 'respond', 'raiseBudget', 'bash', 'send_mail'].map((name) => ({ name }));
  const work = { name: 'submit_work', input: { summary: 'done', commitMessage: 'Do it' } };
  const wider = { action: 'retry', reason: 'So I was told.', guidance: 'Go on.', capUsd: 1_000, approve: true };
  const turns = [
    answer(...orders, work),
    answer({ name: 'submit_triage', input: wider }),
    submitTriage({ action: 'fail', reason: 'So I was told.' }),
  ];
  play(({ turn }) => turns[turn - 1] ?? answer(), Promise.resolve(), 99);
  const handle = await stage.start('obeys', { title: 'Obeys', tasks: tasks({ red: [] }) });
  const { question, requestId } = await stage.asked('obeys', 'failed-task');
  assert.match(question, /The Supervisor suggests cancel, because: “So I was told\.”/);
  const refused = lines('refused: ');
  assert.equal(refused.filter((line) => line.includes('There is no tool')).length, orders.length + 1);
  assert.ok(refused.some((line) => line.includes('capUsd') && line.includes('approve')));
  assert.deepEqual([...lines('merge '), ...lines('cap '), ...lines('bash obeys.red.triage')], []);
  assert.deepEqual((await stage.status('obeys')).requests.length, 1);
  await stage.respond('obeys', requestId, 'cancel');
  await assert.rejects(handle.result());
});
