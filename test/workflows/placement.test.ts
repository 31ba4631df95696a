/** Hosts that are lost, and hosts that are full. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { waitFor } from '../support/wait-for.ts';
import { answer, handInAtOnce, submitReview, submitWork, tasks } from './answers.ts';
import { hang } from './names.ts';
import { openStage } from './stage.ts';

const stage = await openStage({ hostCapacity: 1 });
after(() => stage.close());
const { lines } = stage;

const lost = () => ApplicationFailure.nonRetryable('Host stage was last seen long ago', 'HostLost');
const held = async () =>
  (await stage.db.selectFrom('placements').selectAll().where('held', '=', true).execute()).length;

test('a host that is lost in the middle of a command costs a new place, not an attempt', async () => {
  let losses = 0;
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') return undefined;
      return turn === 3 ? submitWork : answer({ name: 'bash' });
    },
    bash: ({ turn }) => {
      if (turn !== 2 || losses > 0) return;
      losses += 1;
      throw lost();
    },
  });
  await (await stage.start('lost', { title: 'Lost', tasks: tasks({ moved: [] }) })).result();
  assert.deepEqual(lines('worktree moved'), ['worktree moved of epoch 1', 'worktree moved of epoch 2']);
  assert.deepEqual(
    lines('brief moved'),
    ['implement', 'host-lost', 'review'].map((kind) => `brief moved ${kind}`),
  );
  const turns = stage.log.filter((line) => line.startsWith('turn ') && line.includes('lost.moved.implement'));
  assert.deepEqual(
    turns,
    [1, 2, 3].map((turn) => `turn ${turn} of lost.moved.implement.1`),
  );
  const row = await stage.taskRow('lost', 'moved');
  assert.deepEqual([row?.state, row?.attempt], ['COMPLETED', 1]);
});

test('the worktree of a review goes with its host, and at once where its task leaves the host without it', async () => {
  stage.play({ takeTurn: handInAtOnce });
  await (await stage.start('reviewed', { title: 'Reviewed', tasks: tasks({ straight: [] }) })).result();
  assert.deepEqual([lines('remove review-'), lines('leave with review-straight').length], [[], 1]);
  // Nobody inherits the worktree of an earlier reviewer.
  stage.play({
    takeTurn: ({ purpose, agentId }) => {
      if (purpose !== 'review') return handInAtOnce({ purpose });
      return submitReview(agentId.endsWith('.1') ? 'request_changes' : 'approve', ['1']);
    },
  });
  await (await stage.start('again', { title: 'Again', tasks: tasks({ twice: [] }) })).result();
  assert.deepEqual(lines('remove review-'), ['remove review-twice']);
  stage.play({ takeTurn: handInAtOnce });
  const input = { title: 'Asks', tasks: tasks({ asks: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('asks', input);
  const request = await stage.asked('asks', 'merge');
  assert.deepEqual([lines('remove review-asks').length, await held()], [1, 0]);
  await stage.respond('asks', request.requestId, 'approve');
  await handle.result();
});

const gone = () => ApplicationFailure.nonRetryable('The worktree is gone', 'WorktreeGone');

test('a worktree that somebody deleted is made again for the same Worker, wherever the task is', async () => {
  let isDeleted = false;
  const once = () => {
    if (isDeleted) return;
    isDeleted = true;
    throw gone();
  };
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') return undefined;
      return turn >= 3 ? submitWork : answer({ name: 'bash' });
    },
    bash: ({ turn }) => {
      if (turn === 2) once();
    },
    verify: (key, run) => {
      if (key === 'restored' && run === 1) throw gone();
      return true;
    },
  });
  await (await stage.start('gone', { title: 'Gone', tasks: tasks({ restored: [] }) })).result();
  assert.deepEqual(
    lines('brief restored'),
    ['implement', 'worktree-gone', 'worktree-gone', 'review'].map((kind) => `brief restored ${kind}`),
  );
  const row = await stage.taskRow('gone', 'restored');
  assert.deepEqual([row?.state, row?.attempt], ['COMPLETED', 1]);
});

test('a worktree that goes again and again fails its task, and with it what it says', async () => {
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? answer({ name: 'bash' }) : undefined),
    bash: () => {
      throw gone();
    },
  });
  const handle = await stage.start('going', { title: 'Going', tasks: tasks({ lost: [] }) });
  const row = await waitFor(async () => {
    const task = await stage.taskRow('going', 'lost');
    return task?.state === 'FAILED' && task;
  });
  assert.match(JSON.stringify(row.failure), /WorktreeGone/);
  await handle.cancel();
});

test('plan, review and integration go on when somebody deletes their worktrees', async () => {
  const deleted = new Set<string>();
  stage.play({
    takeTurn: handInAtOnce,
    openRound: (_, kind) => {
      if (deleted.has(kind) || !['plan', 'review'].includes(kind)) return;
      deleted.add(kind);
      throw gone();
    },
    verify: (key, run) => {
      if (key === 'epic' && run === 1) throw gone();
      return true;
    },
  });
  await (await stage.start('detached', { title: 'Detached', tasks: tasks({ x: [], y: [] }) })).result();
  assert.equal((await stage.epicRow('detached'))?.state, 'COMPLETED');
  assert.equal(lines('turn 1 of detached.x.implement').length, 1);
  assert.deepEqual([...deleted], ['review']);
});

test('what the Worker was not told yet before its host was lost, it is told on the next one', async () => {
  let isReviewed = false;
  let losses = 0;
  stage.play({
    takeTurn: ({ purpose }) => {
      if (purpose !== 'review') return handInAtOnce({ purpose });
      const first = !isReviewed;
      isReviewed = true;
      return first ? submitReview('request_changes') : submitReview('approve', ['1']);
    },
    openRound: (_, kind) => {
      if (kind !== 'changes-requested' || losses > 0) return;
      losses += 1;
      throw lost();
    },
  });
  await (await stage.start('untold', { title: 'Untold', tasks: tasks({ told: [] }) })).result();
  const kinds = ['implement', 'review', 'changes-requested (moved)', 'review'];
  assert.deepEqual(
    lines('brief told'),
    kinds.map((kind) => `brief told ${kind}`),
  );
  assert.equal(losses, 1);
});

test('a task that was terminated is placed again when it is tried again, after the commands that it left have ended', async () => {
  let isFirst = true;
  stage.play({
    takeTurn: ({ purpose }) => {
      if (purpose !== 'implement' || !isFirst) return handInAtOnce({ purpose });
      isFirst = false;
      return hang();
    },
  });
  const handle = await stage.start('closed', { title: 'Closed', tasks: tasks({ over: [] }) });
  await waitFor(() => lines('turn 1 of closed.over.implement.1').length === 1);
  const task = stage.client.workflow.getHandle('epic-closed/task-over');
  await task.terminate('by hand');
  const { requestId } = await stage.asked('closed', 'failed-task', 'over');
  assert.equal(await held(), 1, 'the reconciler has not come by');
  await stage.respond('closed', requestId, 'retry');
  await handle.result();
  assert.deepEqual(lines('worktree over'), ['worktree over of epoch 1', 'worktree over of epoch 2']);
  const { events } = await task.fetchHistory();
  const steps = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
  assert.ok(steps.indexOf('endCommands') > 0 && steps.indexOf('endCommands') < steps.indexOf('prepareWorktree'));
});

test('a push that a newer place has fenced off, and a host lost while it is prepared, mean another place', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    prepareWorktree: (_, run) => {
      if (run === 1) throw lost();
    },
    pushBranch: (_, run) => {
      if (run === 1) throw ApplicationFailure.nonRetryable('the chain is elsewhere', 'PushRejected');
      return undefined;
    },
  });
  await (await stage.start('fenced', { title: 'Fenced', tasks: tasks({ pushed: [] }) })).result();
  assert.deepEqual(lines('worktree pushed'), ['worktree pushed of epoch 2', 'worktree pushed of epoch 3']);
  assert.deepEqual(lines('merge factory/fenced/'), ['merge factory/fenced/pushed']);
});

test('the epic’s own work moves on when its host is lost', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    verify: (key, run) => {
      if (key === 'epic' && run === 1) throw lost();
      return true;
    },
  });
  await (await stage.start('whole', { title: 'Whole', tasks: tasks({ a: [], b: [] }) })).result();
  assert.equal((await stage.epicRow('whole'))?.state, 'COMPLETED');
});

test('of two tasks on a host with one slot the second waits in sight until the first has left', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose }) => {
      if (purpose === 'implement') await gate.promise;
      return handInAtOnce({ purpose });
    },
  });
  const handle = await stage.start('busy', { title: 'Busy', tasks: tasks({ p: [], q: [] }) });
  const holds = async () => {
    const rows = await stage.db.selectFrom('tasks').select('hold').where('epic_id', '=', 'busy').execute();
    return rows.map(({ hold }) => (hold as { kind: string } | null)?.kind);
  };
  await waitFor(async () => lines('turn 1 of busy.').length === 1 && (await holds()).includes('host'));
  assert.equal(lines('worktree p of').length + lines('worktree q of').length, 1);
  gate.resolve();
  await handle.result();
  assert.equal(lines('merge factory/busy/').length, 3);
  assert.equal(await held(), 0);
});

test('a task whose base conflicts holds no slot while a person decides, and takes one again for its merge', async () => {
  let isFixed = false;
  stage.play({ takeTurn: handInAtOnce, updateBase: () => (isFixed ? undefined : ['till.js']) });
  const handle = await stage.start('base', { title: 'Base', tasks: tasks({ based: [] }) });
  const { requestId } = await stage.asked('base', 'conflict');
  assert.equal(await held(), 0);
  isFixed = true;
  await stage.respond('base', requestId, 'retry');
  await handle.result();
  assert.deepEqual(lines('worktree based of'), ['worktree based of epoch 1', 'worktree based of epoch 2']);
  assert.equal(await held(), 0);
});

test('an epic that is paused while it verifies the whole gives its place back, and verifies again before its push', async () => {
  const verifies = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let times = 0;
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: (key) => (key === 'epic' ? 'merged' : undefined),
    verify: async (key) => {
      if (key !== 'epic') return true;
      times += 1;
      verifies.resolve();
      await gate.promise;
      return true;
    },
  });
  const handle = await stage.start('halted', { title: 'Halted', tasks: tasks({ h1: [], h2: [] }) });
  await verifies.promise;
  await stage.update('halted', 'pause', { by: 'me' });
  gate.resolve();
  await stage.until('halted', ({ hold }) => hold?.kind === 'pause');
  assert.equal(await held(), 0);
  assert.deepEqual(lines('push epic'), []);
  await stage.update('halted', 'resume', { by: 'me' });
  await handle.result();
  assert.equal(times, 2);
  assert.deepEqual(lines('push epic'), ['push epic']);
});

test('a task that asked a person during its turn has a host again before it takes the turn again', async () => {
  const gate = Promise.withResolvers<void>();
  let isFixed = false;
  stage.play({
    takeTurn: async ({ purpose, agentId }) => {
      if (purpose === 'implement' && agentId.startsWith('slot.')) await gate.promise;
      return handInAtOnce({ purpose });
    },
    updateBase: (known) => (isFixed || known === undefined ? undefined : ['till.js']),
  });
  const asking = await stage.start('asking', { title: 'Asking', tasks: tasks({ waits: [] }) });
  const { requestId } = await stage.asked('asking', 'conflict');
  const other = await stage.start('slot', { title: 'Slot', tasks: tasks({ works: [] }) });
  await waitFor(() => lines('turn 1 of slot.works').length === 1);
  isFixed = true;
  await stage.respond('asking', requestId, 'retry');
  await waitFor(async () => (await stage.holdOf('asking', 'waits'))?.kind === 'host', { timeoutMs: 40_000 });
  // It works in the only slot, and can merge since nobody keeps the turn.
  gate.resolve();
  await Promise.all([asking.result(), other.result()]);
  const merges = lines('merge factory/').filter((line) => /asking|slot/.test(line));
  assert.deepEqual(merges, ['merge factory/slot/works', 'merge factory/asking/waits']);
});
