/** After the fixed rules the Supervisor agent, then a person, on a real Temporal. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { TakeTurnInput, TurnResult } from '../../activities/agent/take-turn.ts';
import { pauseFactory, resumeFactory } from '../../db/writes/factory-pause.ts';
import type { FreeAction } from '../../workflows/contract/triage.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, submitReview, submitTriage, submitWork, tasks, words } from './answers.ts';
import { openStage } from './stage.ts';

/** Of the epics that start from now on. */
const may: FreeAction[] = ['retry'];
const stage = await openStage({ settings: { supervisor: { may, budgetMicroUsd: 1_000_000 } } });
after(() => stage.close());

const GUIDANCE = 'Import it from ./price.js.';
const retry = submitTriage({ action: 'retry', reason: 'The import is wrong.', guidance: GUIDANCE });
const only = { tasks: tasks({ only: [] }) };
const triages = (id: string) => stage.lines(`triage ${id}.`);
const of =
  (purpose: TakeTurnInput['purpose'], result: TurnResult | Promise<TurnResult>) =>
  (input: TakeTurnInput): TurnResult | Promise<TurnResult> | undefined =>
    input.purpose === purpose ? result : input.purpose === 'implement' ? submitWork : undefined;
async function said(id: string): Promise<string[]> {
  const log = await stage.decisions(id);
  return log.filter(({ actor }) => actor === 'SUPERVISOR').map(({ decision, reason }) => `${decision}: ${reason}`);
}

test('a verification that stays red is sent back once with guidance, which the next Worker is told', async () => {
  stage.play({ takeTurn: of('triage', retry), verify: (_, run) => run > 3 });
  await (await stage.start('red', { title: 'Red', ...only })).result();
  assert.deepEqual(triages('red'), ['triage red.only: verification: the verification was red more than 2 times']);
  assert.equal(stage.log.filter((line) => line === `told only: ${GUIDANCE}`).length, 1);
  assert.deepEqual((await stage.status('red')).requests, [], 'nobody was asked');
  assert.deepEqual(await said('red'), [
    'only: ask_human: TaskFailed does not pass by itself',
    'only: retry: The import is wrong.',
  ]);
});

test('a second failure is a person’s, who reads the advice', async () => {
  stage.play({ takeTurn: of('triage', retry), verify: (_, run) => run > 6 });
  const handle = await stage.start('twice', { title: 'Twice', ...only });
  const { question, requestId, options } = await stage.asked('twice', 'failed-task');
  assert.match(
    question,
    /cancel \(ends the whole epic\)\.\nThe Supervisor suggests retry, because: “The import is wrong\.” With these words: “Import it from/,
  );
  assert.deepEqual(options, ['retry', 'adopt', 'skip', 'cancel']);
  assert.equal(triages('twice').length, 2);
  await stage.respond('twice', requestId, 'retry', { comment: 'Use ./cost.js.' });
  await handle.result();
  assert.equal(stage.log.filter((line) => line === 'told only: Use ./cost.js.').length, 1);
});

test('a model that refuses twice is judged before all attempts are made, and a conflict is a person’s with advice', async () => {
  stage.play({ takeTurn: of('implement', words('refusal')) });
  const refused = await stage.start('refused', { title: 'Refused', ...only });
  const first = await stage.asked('refused', 'failed-task');
  assert.match(first.question, /The Supervisor has no way on, because: “unsure”/);
  assert.deepEqual(
    triages('refused').map((line) => line.split(': ')[1]),
    ['refusal'],
  );
  await refused.cancel();
  await assert.rejects(refused.result());

  stage.play({
    takeTurn: of('triage', submitTriage({ action: 'skip', reason: 'It is there already.' })),
    mergeTarget: () => 'conflict',
  });
  const conflicting = await stage.start('conflicting', { title: 'Conflicting', ...only });
  const { question } = await stage.asked('conflicting', 'conflict');
  assert.match(question, /The Supervisor suggests skip, because: “It is there already\.”/);
  assert.deepEqual(
    triages('conflicting').map((line) => line.split(': ')[1]),
    ['conflict'],
  );
  await conflicting.cancel();
  await assert.rejects(conflicting.result());
});

test('attempts, reviews, CI checks and lost hosts reach the Supervisor once, after the rules have had their tries', async () => {
  const red = { state: 'red' as const, failed: [{ name: 'build', log: 'no', redOnBase: false }] };
  let placed = 0;
  stage.play({
    takeTurn: ({ purpose, agentId }) => {
      if (purpose === 'review' && agentId.startsWith('reviewed.')) {
        const earlier = Number(agentId.split('.').at(-1)) - 1;
        return submitReview(
          'request_changes',
          Array.from({ length: earlier }, (_, index) => `${index + 1}`),
        );
      }
      if (purpose !== 'implement') return undefined;
      return agentId.startsWith('silent.') ? answer() : submitWork;
    },
    readChecks: (head) => (head.includes('/checked/') ? red : undefined),
    prepareWorktree: (taskKey) => {
      if (taskKey !== 'lost') return;
      placed += 1;
      throw ApplicationFailure.nonRetryable('Host stage was last seen long ago', 'HostLost');
    },
  });
  const told = {
    silent: /^triage silent\.only: attempts: 2 attempts failed, the last with: /,
    reviewed: /^triage reviewed\.only: review: the review asked for changes more than 2 times$/,
    checked: /^triage checked\.only: checks: the CI checks of the pull request were red more than 2 times$/,
    lost: /^triage lost\.lost: host-lost: Host stage was last seen long ago$/,
  };
  const epics = Object.entries(told).map(async ([id, words]) => {
    const handle = await stage.start(id, { title: id, tasks: tasks({ [id === 'lost' ? 'lost' : 'only']: [] }) });
    const { question } = await stage.asked(id, 'failed-task');
    assert.match(question, /The Supervisor has no way on, because: “unsure”/);
    assert.match(triages(id).join('\n'), words);
    await handle.cancel();
    await assert.rejects(handle.result());
  });
  await Promise.all(epics);
  assert.equal(placed, 6, 'placed elsewhere once, and begun again twice');
});

test('a task that the Supervisor agent skips is left out of the plan by a revision in its name', async () => {
  stage.play({
    takeTurn: of('triage', submitTriage({ action: 'skip', reason: 'It is there already.' })),
    verify: (key) => key !== 'bad',
  });
  may.push('skip');
  await (await stage.start('left', { title: 'Left', tasks: tasks({ good: [], bad: [] }) })).result();
  may.pop();
  const { number: _, at: __, ...revision } = (await stage.status('left')).revisions?.at(-1) ?? { number: 0, at: '' };
  assert.deepEqual(revision, { by: 'the Supervisor', why: 'It is there already.', changes: ['skips bad'] });
});

test('what has another cause costs no call, and a Supervisor that gives up or has no money leaves no advice', async () => {
  stage.play({
    takeTurn: of('triage', retry),
    prepareWorktree: () => {
      throw ApplicationFailure.nonRetryable('no such folder', 'PathTaken');
    },
  });
  const other = await stage.start('other', { title: 'Other', ...only });
  await stage.asked('other', 'failed-task');
  assert.deepEqual(triages('other'), []);
  await other.cancel();
  await assert.rejects(other.result());

  const short = { kind: 'budget' as const, neededMicroUsd: 2, spentMicroUsd: 1_000_000, capMicroUsd: 1_000_000 };
  for (const [id, result] of [
    ['poor', short],
    ['mute', answer()],
  ] as const) {
    stage.play({ takeTurn: of('triage', result), verify: () => false });
    const handle = await stage.start(id, { title: id, ...only });
    const { question } = await stage.asked(id, 'failed-task');
    assert.doesNotMatch(question, /Supervisor/);
    assert.equal((await stage.status(id)).requests.filter(({ kind }) => kind === 'budget').length, 0);
    await handle.cancel();
    await assert.rejects(handle.result());
  }
});

test('a paused epic holds its Supervisor agent, and a cancelled task ends it', async () => {
  const gate = Promise.withResolvers<TurnResult>();
  stage.play({ takeTurn: of('triage', gate.promise), verify: () => false });
  const handle = await stage.start('held', { title: 'Held', ...only });
  await waitFor(() => stage.log.includes('turn 1 of held.only.triage.1'));
  await stage.update('held', 'pause', {});
  gate.resolve(answer());
  const agentRow = () =>
    stage.db.selectFrom('agents').selectAll().where('id', '=', 'held.only.triage.1').executeTakeFirst();
  await waitFor(async () => (await agentRow())?.phase === 'paused');
  assert.deepEqual([(await agentRow())?.role, (await agentRow())?.purpose], ['SUPERVISOR', 'triage']);
  await stage.update('held', 'cancelTask', { taskKey: 'only' });
  await waitFor(async () => (await agentRow())?.state === 'CANCELLED');
  await handle.cancel();
  await assert.rejects(handle.result());
});

test('an epic that does not move is left alone when the Supervisor agent knows why, and is a person’s when it does not', async () => {
  const gate = Promise.withResolvers<void>();
  let answered = submitTriage({ action: 'retry', reason: 'A long build.', guidance: 'Wait.' });
  stage.play({
    takeTurn: async ({ purpose }) => {
      if (purpose === 'triage') return answered;
      if (purpose !== 'implement') return undefined;
      await gate.promise;
      return submitWork;
    },
  });
  const handle = await stage.start('still', { title: 'Still', ...only });
  await waitFor(() => stage.log.includes('turn 1 of still.only.implement.1'));
  await handle.signal('stalled', { since: 'yesterday' });
  await handle.signal('stalled', { since: '2026-01-01T00:00:00.000Z' });
  await handle.signal('stalled', { since: '2026-01-01T00:00:00.000Z' });
  await waitFor(async () => (await said('still')).length > 0);
  assert.deepEqual(await said('still'), ['the epic: wait: A long build.']);
  assert.deepEqual((await stage.status('still')).requests, []);
  answered = submitTriage({ action: 'skip', reason: 'It hangs.' });
  await handle.signal('stalled', { since: '2026-01-01T01:00:00.000Z' });
  const { question, requestId, options } = await stage.asked('still', 'question');
  assert.match(
    question,
    /has moved since 2026-01-01T01:00:00.000Z.*\nThe Supervisor suggests skip, because: “It hangs\.”/,
  );
  assert.deepEqual(options, ['wait', 'cancel']);
  await handle.signal('stalled', { since: '2026-01-01T02:00:00.000Z' });
  await stage.respond('still', requestId, 'wait');
  gate.resolve();
  await handle.result();
  assert.deepEqual(triages('still').length, 2, 'nobody is asked twice at once');
});

test('an epic that has moved while the Supervisor agent thought is not asked about', async () => {
  const [work, advice] = [Promise.withResolvers<void>(), Promise.withResolvers<TurnResult>()];
  stage.play({
    takeTurn: async ({ purpose }) => {
      if (purpose === 'triage') return advice.promise;
      if (purpose !== 'implement') return undefined;
      await work.promise;
      return submitWork;
    },
  });
  const handle = await stage.start('moved', { title: 'Moved', ...only, requireApproval: ['merge'] });
  await waitFor(() => stage.log.includes('turn 1 of moved.only.implement.1'));
  await handle.signal('stalled', { since: '2026-01-01T00:00:00.000Z' });
  await waitFor(() => triages('moved').length === 1);
  work.resolve();
  const { requestId } = await stage.asked('moved', 'merge');
  advice.resolve(submitTriage({ action: 'skip', reason: 'It hangs.' }));
  await waitFor(async () => (await said('moved')).length > 0);
  const asked = (await stage.status('moved')).requests.map(({ kind }) => kind);
  assert.deepEqual(asked, ['merge'], 'nobody is asked why nothing moves');
  await stage.respond('moved', requestId, 'approve');
  await handle.result();
});

test('an epic that moves while a person is asked why it does not takes the question back', async () => {
  const work = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose }) => {
      if (purpose === 'triage') return submitTriage({ action: 'skip', reason: 'It hangs.' });
      if (purpose !== 'implement') return undefined;
      await work.promise;
      return submitWork;
    },
  });
  const handle = await stage.start('woken', { title: 'Woken', ...only, requireApproval: ['merge'] });
  await waitFor(() => stage.log.includes('turn 1 of woken.only.implement.1'));
  await handle.signal('stalled', { since: '2026-01-01T00:00:00.000Z' });
  const stalled = await stage.asked('woken', 'question');
  work.resolve();
  const { requestId } = await stage.asked('woken', 'merge');
  await stage.until('woken', ({ requests }) =>
    requests.some((request) => request.requestId === stalled.requestId && request.state === 'withdrawn'),
  );
  await stage.respond('woken', requestId, 'approve');
  await handle.result();
});

test('hosts that sign off one after the other say nothing against the work', async () => {
  let placed = 0;
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined),
    prepareWorktree: () => {
      placed += 1;
      if (placed > 3) return;
      throw ApplicationFailure.nonRetryable('Host stage signed off', 'HostLost', { hasLeft: true });
    },
  });
  await (await stage.start('restarted', { title: 'Restarted', ...only })).result();
  assert.deepEqual([placed, await said('restarted')], [4, []]);
});

test('with overlaps in sequence, what the Supervisor adds does not wait for the task that failed', async () => {
  const files = ['src/till.js'];
  const more = { key: 'more', title: 'More', description: '', acceptance: [], dependsOn: [], files };
  stage.play({
    takeTurn: of('triage', submitTriage({ action: 'add_task', reason: 'More comes first.', task: more })),
    verify: (key) => key !== 'bad',
  });
  may.push('add_task');
  const [good, bad] = tasks({ good: [], bad: [] });
  const given = [good, { ...bad, files }];
  const handle = await stage.start('beside', { title: 'Beside', overlaps: 'sequence', tasks: given });
  const { requestId } = await stage.asked('beside', 'failed-task');
  may.pop();
  const added = (await stage.status('beside')).tasks.find(({ task }) => task.key === 'more');
  assert.deepEqual([added?.task.dependsOn, added?.status?.state], [[], 'COMPLETED']);
  await stage.respond('beside', requestId, 'skip');
  await handle.result();
});

test('a pause of the whole factory takes nothing of the time for advice', async () => {
  const settings = { supervisor: { may: ['retry' as const], budgetMicroUsd: 1_000_000 } };
  const skipping = await openStage({ skipsTime: true, settings });
  const isPaused = Promise.withResolvers<boolean>();
  try {
    skipping.play({
      takeTurn: of('triage', retry),
      verify: async (_, run) => {
        if (run === 3) isPaused.resolve(await pauseFactory(skipping.db, { by: 'ann' }));
        return run > 3;
      },
    });
    const handle = await skipping.start('long', { title: 'Long', ...only });
    await isPaused.promise;
    await waitFor(() => skipping.log.some((line) => line.startsWith('triage long.')), { timeoutMs: 30_000 });
    await skipping.environment.sleep('11 minutes');
    await resumeFactory(skipping.db, { by: 'ann' });
    await handle.result();
    assert.deepEqual((await skipping.status('long')).requests, [], 'its advice came');
  } finally {
    await skipping.close();
  }
});
