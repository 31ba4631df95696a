/** A person takes a task back to an earlier turn, wherever it stands. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { waitFor } from '../support/wait-for.ts';
import { answer, failsWith, submitReview, submitWork, tasks, words } from './answers.ts';
import { hang } from './names.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const lines = (part: string) => stage.log.filter((line) => line.includes(part));
const rewind = (id: string, taskKey: string, turn: number, updateId?: string) =>
  stage.handle(id).executeUpdate<{ changed: boolean; message: string }, [unknown]>('rewindTask', {
    args: [{ taskKey, turn, by: 'me', comment: 'try the other way' }],
    ...(updateId === undefined ? {} : { updateId }),
  });
const decisions = async (id: string) => (await stage.decisions(id)).map(({ decision }) => decision);

test('in the middle of a turn its agent ends first, then another goes on from there under a higher epoch', async () => {
  stage.play({
    takeTurn: ({ purpose, turn, agentId }) => {
      if (purpose !== 'implement') return undefined;
      return agentId.endsWith('.2') || turn < 3 ? (turn === 3 ? submitWork : answer({ name: 'bash' })) : hang();
    },
  });
  const handle = await stage.start('middle', { title: 'Middle', tasks: tasks({ m: [] }) });
  await waitFor(() => lines('turn 3 of middle.m.implement.1').length === 1);
  const first = await rewind('middle', 'm', 1, 'once');
  assert.deepEqual([first.changed, (await rewind('middle', 'm', 1, 'once')).changed], [true, true], 'the same answer');
  await handle.result();
  const told = lines('middle.m').filter((line) => !line.startsWith('bash') && !line.includes('review'));
  assert.deepEqual(told.slice(2), [
    'turn 3 of middle.m.implement.1',
    'rewind m to 1 of middle.m.implement.1',
    'middle.m.implement.2 forks middle.m.implement.1 at 1',
    'turn 2 of middle.m.implement.2',
    'turn 3 of middle.m.implement.2',
  ]);
  assert.deepEqual(lines('worktree m of'), ['worktree m of epoch 1', 'worktree m of epoch 2']);
  assert.deepEqual(lines('brief m ').slice(0, 2), ['brief m implement', 'brief m rewound']);
  assert.equal(lines('merge factory/middle/').length, 1);
  const agent = await stage.client.workflow.getHandle('agent-middle.m.implement.1').describe();
  assert.equal(agent.status.name, 'CANCELLED');
  const log = await decisions('middle');
  for (const line of ['m goes back to turn 1', 'm is back at turn 1']) assert.ok(log.includes(line), log.join('\n'));
});

test('the worktree of its last review stays on no host that it leaves', async () => {
  stage.play({
    takeTurn: ({ purpose, turn, agentId }) => {
      if (purpose === 'review') return submitReview(agentId.endsWith('.1') ? 'request_changes' : 'approve', ['1']);
      if (purpose !== 'implement') return undefined;
      if (agentId.endsWith('.1') && turn === 3) return hang();
      return turn === 1 ? answer({ name: 'bash' }) : submitWork;
    },
  });
  const handle = await stage.start('sent', { title: 'Sent back', tasks: tasks({ back: [] }) });
  await waitFor(() => lines('turn 3 of sent.back.implement.1').length === 1);
  await rewind('sent', 'back', 1);
  await handle.result();
  const told = stage.log.filter((line) => /^(worktree back |remove review-back)/.test(line));
  assert.deepEqual(told, ['worktree back of epoch 1', 'remove review-back', 'worktree back of epoch 2']);
});

test('the question that it waited with is withdrawn, its pull request stays the same', async () => {
  stage.play({});
  const input = { title: 'Waits', tasks: tasks({ w: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('waits', input);
  const old = await stage.asked('waits', 'merge');
  await rewind('waits', 'w', 1);
  const fresh = await waitFor(
    async () => (await stage.status('waits')).requests.find((r) => r.state === 'open' && r.kind === 'merge'),
    { timeoutMs: 40_000 },
  );
  assert.notEqual(fresh.requestId, old.requestId);
  const known = (await stage.status('waits')).requests.find(({ requestId }) => requestId === old.requestId);
  assert.equal(known?.state, 'withdrawn');
  await handle.signal('approve', { by: 'me' });
  await handle.result();
  assert.equal([...stage.pullRequests.keys()].filter((head) => head.includes('/waits/')).length, 1);
  assert.equal(lines('merge factory/waits/').length, 1);
});

test('the lane that it held or waited for goes to the next', async () => {
  const inside: string[] = [];
  stage.play({
    mergeTarget: async (key, run) => {
      if (key === 'epic' || run > 1 || inside.length > 0) return undefined;
      inside.push(key);
      return hang();
    },
  });
  const handle = await stage.start('lane', { title: 'Lane', tasks: tasks({ a: [], b: [], c: [] }) });
  const waiting = async () => {
    const rows = await stage.db.selectFrom('tasks').select(['key', 'hold']).where('epic_id', '=', 'lane').execute();
    const inLine = rows.filter(({ hold }) => (hold as { kind?: string } | null)?.kind === 'lane').map(({ key }) => key);
    return inLine.filter((key) => key !== inside[0]);
  };
  await waitFor(async () => inside.length === 1 && (await waiting()).length === 2, { timeoutMs: 40_000 });
  const [next = '', other = ''] = await waiting();
  await rewind('lane', next, 1);
  await waitFor(async () => (await waiting()).length === 2 && lines(`rewind ${next} `).length === 1, {
    timeoutMs: 40_000,
  });
  await rewind('lane', inside[0] ?? '', 1);
  await handle.result();
  const merged = stage.merged('lane');
  assert.deepEqual(merged.toSorted(), ['a', 'b', 'c', 'epic']);
  assert.ok(merged.includes(other));
});

test('while paused it goes back at once, and no turn is taken until the epic goes on', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, turn }) => {
      if (purpose === 'implement' && turn === 2) await gate.promise;
      return undefined;
    },
  });
  const handle = await stage.start('paused', { title: 'Paused', tasks: tasks({ p: [] }) });
  await waitFor(() => lines('turn 2 of paused.p.implement.1').length === 1);
  await stage.update('paused', 'pause', { by: 'me' });
  await rewind('paused', 'p', 1);
  await waitFor(() => lines('paused.p.implement.2 forks').length === 1);
  gate.resolve();
  await waitFor(async () => (await stage.holdOf('paused', 'p'))?.kind === 'pause');
  assert.equal(lines('of paused.p.implement.2').length, 0);
  await stage.update('paused', 'resume', { by: 'me' });
  await handle.result();
});

test('a merge under way is awaited: what is merged is not taken back', async () => {
  const gate = Promise.withResolvers<void>();
  let merging = false;
  stage.play({
    mergePullRequest: async () => {
      merging = true;
      await gate.promise;
    },
  });
  const handle = await stage.start('late', { title: 'Late', tasks: tasks({ l: [] }) });
  await waitFor(() => merging);
  await rewind('late', 'l', 1);
  gate.resolve();
  await handle.result();
  assert.equal(lines('rewind l ').length, 0);
  assert.ok((await decisions('late')).includes('l did not go back to turn 1'));
});

test('a failed task starts again from there; files that cannot be had leave it where it is', async () => {
  let able = false;
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement' || able) return undefined;
      return turn === 1 ? answer({ name: 'bash' }) : words('refusal');
    },
    rewindWorktree: () => (able ? 'they went with a host' : undefined),
  });
  const handle = await stage.start('failed', { title: 'Failed', tasks: tasks({ f: [] }) });
  const request = await stage.asked('failed', 'failed-task', 'f');
  able = true;
  await rewind('failed', 'f', 1);
  await handle.result();
  assert.ok((await decisions('failed')).includes('f stays where it is'));
  const answered = (await stage.status('failed')).requests.find(({ requestId }) => requestId === request.requestId);
  assert.equal(answered?.answer?.decision, 'retry');
});

test('a task that is merged while its turn is looked for stays merged, and the epic goes on', async () => {
  const [isLooked, isMerged] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  stage.play({
    takeTurn: async ({ purpose, agentId }) => {
      if (purpose === 'implement' && agentId.includes('.crossed.')) await isLooked.promise;
      if (purpose === 'implement' && agentId.includes('.behind.')) await isMerged.promise;
      return undefined;
    },
    findRewind: async () => {
      isLooked.resolve();
      await isMerged.promise;
    },
  });
  const handle = await stage.start('cross', { title: 'Cross', tasks: tasks({ crossed: [], behind: [] }) });
  await waitFor(() => lines('turn 1 of cross.crossed').length === 1);
  const refused = assert.rejects(rewind('cross', 'crossed', 1), failsWith('TaskEnded', /merged already/));
  await stage.until('cross', ({ tasks }) => tasks.some(({ status }) => status?.state === 'COMPLETED'));
  isMerged.resolve();
  await refused;
  await handle.result();
});

test('what only a person can fix is asked about, once for each wish, and the task goes back when it is fixed', async () => {
  let isMissing = false;
  let refusals = 0;
  stage.play({
    takeTurn: ({ purpose, turn, agentId }) => {
      if (purpose !== 'implement') return undefined;
      return agentId.endsWith('.2') ? submitWork : turn < 3 ? answer({ name: 'bash' }) : hang();
    },
    prepareWorktree: () => {
      if (!isMissing) return;
      refusals += 1;
      throw ApplicationFailure.nonRetryable('There is no branch main', 'BaseBranchMissing');
    },
  });
  const handle = await stage.start('mend', { title: 'Mend', tasks: tasks({ g: [] }) });
  await waitFor(() => lines('turn 3 of mend.g.implement.1').length === 1);
  isMissing = true;
  await rewind('mend', 'g', 1);
  const first = await stage.asked('mend', 'question', 'g');
  assert.match(first.question, /cannot go on: There is no branch main\. Fix the cause, then choose retry/);
  assert.equal(refusals, 1);
  await rewind('mend', 'g', 2);
  const second = await stage.askedAgain('mend', first);
  assert.equal(refusals, 2);
  isMissing = false;
  await stage.respond('mend', second.requestId, 'retry');
  await handle.result();
  assert.equal(lines('mend.g.implement.2 forks mend.g.implement.1 at 2').length, 1);
});

test('what cannot be taken back is refused with words', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, agentId }) => {
      if (purpose === 'implement' && agentId.includes('.slow.')) await gate.promise;
      return undefined;
    },
  });
  const handle = await stage.start('no', { title: 'No', tasks: tasks({ quick: [], slow: [], later: ['slow'] }) });
  await stage.until('no', ({ tasks }) => tasks.some(({ status }) => status?.state === 'COMPLETED'));
  await waitFor(() => lines('turn 1 of no.slow').length === 1);
  await assert.rejects(rewind('no', 'none', 1), failsWith('NotFound', /no task "none"/));
  await assert.rejects(rewind('no', 'quick', 1), failsWith('TaskEnded', /merged already/));
  await assert.rejects(rewind('no', 'later', 1), failsWith('TaskNotStarted', /has not started/));
  await assert.rejects(rewind('no', 'slow', 7), failsWith('TurnNotKept', /no file that was kept/));
  await assert.rejects(rewind('no', 'slow', 0), failsWith('InvalidInput', /counted from 1/));
  gate.resolve();
  await handle.result();
});
