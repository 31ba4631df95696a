/** The line to a base branch, across epics: one merges at a time, and nobody keeps the turn. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createLineActivities } from '../../activities/merge-line.ts';
import { lineWorkflowId } from '../../db/line-id.ts';
import { type LineStatus, lineStatusQuery } from '../../workflows/contract/line.ts';
import { resetTo } from '../support/reset.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, submitWork, tasks } from './answers.ts';
import { patiently } from './names.ts';
import type { Script } from './script.ts';
import { SETTINGS } from './settings.ts';
import { openStage } from './stage.ts';

const stage = await openStage({
  settings: { policy: { ...SETTINGS.policy, batch: { mostChanges: 8, fromSeconds: 0 } } },
});
after(() => stage.close());

const line = stage.client.workflow.getHandle(lineWorkflowId({ repository: 'example', branch: 'main' }));
/** Who has a place, the holder first. */
const inLine = async (): Promise<string[]> => {
  const status = await line.query<LineStatus, []>(lineStatusQuery.name).catch(() => ({ members: [] }));
  return status.members.map(({ member }) => member.replace(/^epic-/, '').replace(/\/task-.*/, ''));
};
const merged = (...ids: string[]) =>
  stage.log
    .filter((entry) => entry.startsWith('merge factory/'))
    .map((entry) => entry.split('/')[1] as string)
    .filter((id) => ids.includes(id));
const start = (id: string, more: object = {}) =>
  stage.start(id, { title: id, tasks: tasks({ [id]: [] }), requireApproval: [], ...more });
/** Starts an epic, and waits until its task stands in the line. */
const join = async (id: string, more: object = {}) => {
  const handle = await start(id, more);
  await waitFor(async () => (await inLine()).includes(id), patiently);
  return handle;
};
const hasTurn = (id: string) => waitFor(async () => (await inLine())[0] === id, patiently);
/** Keeps the preparation of these tasks open; the stand-in asks by task key. */
const gate = () => {
  const open = new Map<string, PromiseWithResolvers<void>>();
  const of = (key: string) => {
    const known = open.get(key) ?? Promise.withResolvers<void>();
    open.set(key, known);
    return known;
  };
  return { wait: (key: string) => of(key).promise, pass: (key: string) => of(key).resolve() };
};
/** Such a task stays in its turn until it may pass. */
function playHeld(isHeld: (key: string) => boolean, more: Script = {}): (key: string) => void {
  const { wait, pass } = gate();
  const mergeTarget = async (key: string) => {
    if (isHeld(key)) await wait(key);
    return undefined;
  };
  stage.play({ takeTurn: handInAtOnce, mergeTarget, ...more });
  return pass;
}

test('epics to one base branch merge one after the other, the urgent first, then in the order of asking', async () => {
  const { wait, pass } = gate();
  let inside = 0;
  let most = 0;
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: async (key) => {
      most = Math.max(most, ++inside);
      if (key === 'first') await wait(key);
      return undefined;
    },
    mergePullRequest: () => {
      inside -= 1;
    },
  });
  const handles = [await start('first')];
  await waitFor(async () => (await inLine())[0] === 'first' && inside === 1, patiently);
  for (const [id, priority] of Object.entries({ second: 0, third: 4, urgent: 1 })) {
    handles.push(await join(id, { priority }));
  }
  pass('first');
  await Promise.all(handles.map((handle) => handle.result()));
  assert.equal(most, 1);
  assert.deepEqual(merged('first', 'second', 'third', 'urgent'), ['first', 'urgent', 'third', 'second']);
  const { events } = await stage.client.workflow.getHandle('epic-first/task-first').fetchHistory();
  const activities = events?.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
  assert.ok(activities?.includes('mergePullRequest') && !activities.includes('leaveTurn'), 'the merge gave it back');
});

/** One holds the turn until all others stand in the line, in this order. */
async function startBehind(holder: string, ids: readonly string[]) {
  const handles = [await start(holder)];
  await hasTurn(holder);
  for (const id of ids) handles.push(await join(id));
  return Promise.all(handles.map((handle) => handle.result()));
}

test('tasks that wait behind a long check are verified together once, and merge in their order', async () => {
  const alone: string[] = [];
  const pass = playHeld((key) => key === 'leader', {
    verify: (key) => {
      alone.push(key);
      return true;
    },
  });
  const ids = ['t1', 't2', 't3'];
  const all = startBehind('leader', ids);
  await waitFor(async () => (await inLine()).length === 4, patiently);
  alone.length = 0;
  pass('leader');
  await all;
  assert.deepEqual(merged('leader', ...ids), ['leader', ...ids]);
  assert.ok(stage.log.includes('t1 t2 t3 together: green'));
  assert.deepEqual(alone, ['leader'], 'nobody stood behind it when it began');
});

test('when a batch is red together, bisecting finds the task to blame, and the others are merged', async () => {
  const red: string[] = [];
  const pass = playHeld((key) => key === 'keeper', {
    verifyTogether: (keys) => !keys.includes('bad') || red.length > 0,
    verify: (key, run) => {
      const green = key !== 'bad' || run !== 2;
      if (!green) red.push(key);
      return green;
    },
  });
  const ids = ['u1', 'u2', 'u3', 'bad', 'u5', 'u6'];
  const all = startBehind('keeper', ids);
  await waitFor(async () => (await inLine()).length === 7, patiently);
  pass('keeper');
  await all;
  const together = stage.log.filter((entry) => / together: /.test(entry) && /u\d|bad/.test(entry));
  assert.deepEqual(together.slice(0, 3), [
    'u1 u2 u3 bad u5 u6 together: red',
    'u1 u2 u3 together: green',
    'bad u5 together: red',
  ]);
  assert.deepEqual(red, ['bad'], 'it alone went back to its Worker');
  assert.deepEqual(merged('keeper', ...ids), ['keeper', 'u1', 'u2', 'u3', 'u5', 'u6', 'bad']);
});

test('nobody has the turn while a person decides', async () => {
  stage.play({ takeTurn: handInAtOnce });
  const asking = await start('asking', { requireApproval: ['merge'] });
  const request = await stage.asked('asking', 'merge');
  await (await start('meanwhile')).result();
  assert.deepEqual(merged('asking', 'meanwhile'), ['meanwhile']);
  await stage.respond('asking', request.requestId, 'approve');
  await asking.result();
  assert.deepEqual(merged('asking', 'meanwhile'), ['meanwhile', 'asking']);
});

test('a task that settled a conflict merges before later ones, and causes them no conflict meanwhile', async () => {
  const { wait, pass } = gate();
  const settled = new Set<string>();
  stage.play({
    takeTurn: async ({ purpose, agentId }) => {
      const [key = ''] = agentId.split('.');
      if (purpose !== 'implement') return undefined;
      if (stage.log.includes(`brief ${key} conflict`)) {
        await wait(`${key} settles`);
        settled.add(key);
      }
      return submitWork;
    },
    mergeTarget: async (key) => {
      await wait(key);
      if (key === 'settler') return settled.has(key) ? undefined : 'conflict';
      // It is in conflict with the base until that holds what the one before it settled.
      return key === 'behind' && merged('settler').length === 0 ? 'conflict' : undefined;
    },
  });
  const handles: Awaited<ReturnType<typeof start>>[] = [];
  for (const id of ['settler', 'behind', 'passing', 'last']) handles.push(await join(id));
  pass('settler');
  pass('behind');
  pass('passing');
  await waitFor(() => merged('passing').length === 1, patiently);
  pass('settler settles');
  await waitFor(async () => (await inLine()).slice(1).includes('settler'), patiently);
  pass('last');
  await Promise.all(handles.map((handle) => handle.result()));
  assert.deepEqual(merged('settler', 'behind', 'passing', 'last'), ['passing', 'last', 'settler', 'behind']);
  assert.ok(!stage.log.includes('brief behind conflict'), 'its conflict settled itself');
});

test('an epic that is paused in its turn lets the others go first', async () => {
  const pass = playHeld((key) => key === 'paused');
  const paused = await start('paused');
  await hasTurn('paused');
  const other = await join('other');
  await stage.update('paused', 'pause', { by: 'me' });
  pass('paused');
  await other.result();
  assert.deepEqual(merged('paused', 'other'), ['other']);
  await stage.update('paused', 'resume', { by: 'me' });
  await paused.result();
});

test('a task that was paused in its turn may settle what the turn that it takes again allows', async () => {
  const { wait, pass } = gate();
  let isSettled = false;
  stage.play({
    takeTurn: async ({ purpose, agentId }) => {
      if (purpose !== 'implement') return undefined;
      if (agentId.startsWith('clashing') && stage.log.includes('brief clashing conflict')) {
        await wait('clashing settles');
        isSettled = true;
      }
      return submitWork;
    },
    mergeTarget: async (key) => {
      if (key === 'holder') await wait(key);
      if (key === 'clashing') return isSettled ? undefined : 'conflict';
      return key === 'late' && merged('clashing').length === 0 ? 'conflict' : undefined;
    },
  });
  const handles = [await start('holder')];
  await hasTurn('holder');
  handles.push(await join('late'));
  await stage.update('late', 'pause', { by: 'me' });
  pass('holder');
  await waitFor(async () => (await inLine()).length === 0, patiently);
  handles.push(await start('clashing', { priority: 1 }));
  await waitFor(() => stage.log.includes('brief clashing conflict'), patiently);
  await stage.update('late', 'resume', { by: 'me' });
  await waitFor(async () => (await inLine()).includes('late'), patiently);
  pass('clashing settles');
  await Promise.all(handles.map((handle) => handle.result()));
  assert.deepEqual(merged('holder', 'clashing', 'late'), ['holder', 'clashing', 'late']);
  assert.ok(!stage.log.includes('brief late conflict'), 'its conflict settled itself');
});

test('a holder that was terminated or reset frees the line', async () => {
  const pass = playHeld((key) => key !== 'free');
  const gone = await start('gone');
  await hasTurn('gone');
  const free = await join('free');
  await stage.client.workflow.getHandle('epic-gone/task-gone').terminate('by hand');
  await stage.client.workflow.execute('reconcileWorkflow', { taskQueue: 'factory', workflowId: 'reconcile-line' });
  await free.result();
  await gone.terminate('the test is over');
  pass('gone');
});

test('a member that was reset while it waited keeps its place, and is granted its turn', async () => {
  const pass = playHeld((key) => key === 'before');
  const before = await start('before');
  await hasTurn('before');
  const again = await join('again');
  await resetTo(stage.client, { workflowId: 'epic-again/task-again', choose: (completed) => completed.at(-1) });
  await stage.client.workflow.execute('reconcileWorkflow', { taskQueue: 'factory', workflowId: 'reconcile-again' });
  assert.deepEqual(await inLine(), ['before', 'again']);
  pass('before');
  await Promise.all([before.result(), again.result()]);
  assert.deepEqual(merged('before', 'again'), ['before', 'again']);
});

test('a line that was terminated is started by the next who asks', async () => {
  const pass = playHeld((key) => key === 'holding');
  const holding = await start('holding');
  await hasTurn('holding');
  await line.terminate('by hand');
  await (await start('starting')).result();
  pass('holding');
  await holding.result();
  assert.deepEqual(merged('holding', 'starting'), ['starting', 'holding']);
  await waitFor(async () => (await inLine()).length === 0, patiently);
});

test('a member that asks again, or leaves twice, changes nothing', async () => {
  stage.play({ takeTurn: handInAtOnce });
  const { askTurn, leaveTurn } = createLineActivities({ temporal: stage.client });
  const target = { repository: 'example', branch: 'main' };
  const asked = { ...target, member: 'epic-nobody', run: 'r', ticket: 'one', priority: 0, since: 1, isBehind: false };
  // Nobody runs under that id, so the line finds out and goes on.
  await askTurn(asked);
  await askTurn(asked);
  await (await start('after-nobody')).result();
  await leaveTurn(asked);
  assert.deepEqual(await inLine(), []);
});
