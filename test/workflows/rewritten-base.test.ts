/** A rewritten base: one question for the whole epic, approvals of the old one die, and the work goes on from the new one. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, tasks } from './answers.ts';
import { sha } from './names.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { lines } = stage;

const newBase = sha('new base');
const rewritten = (known: string) =>
  ApplicationFailure.create({
    ...{ type: 'BaseRewritten', message: 'main was rewritten', nonRetryable: true },
    details: [{ rewritten: { known, now: newBase } }],
  });

test('tasks that meet a rewritten base stop, one question is asked, and they go on from the new one', async () => {
  let isRewritten = true;
  const heads: string[] = [];
  const pushes = { one: 0, two: 0 };
  stage.play({
    takeTurn: handInAtOnce,
    pushBranch: (key) => {
      if (key in pushes) pushes[key as 'one'] += 1;
      if (isRewritten) throw rewritten(sha('base'));
      heads.push(key);
      return undefined;
    },
    takeOver: (key) => (key === 'two' ? ['till.js'] : []),
  });
  const handle = await stage.start('rewritten', { title: 'Rewritten', tasks: tasks({ one: [], two: [] }) });
  const asked = await stage.asked('rewritten', 'question');
  await waitFor(() => pushes.one === 1 && pushes.two === 1);
  assert.match(
    asked.question,
    /main of example was rewritten: it is at .* Until you decide, the factory pushes and merges nothing of the epic/,
  );
  assert.deepEqual(asked.options, ['go-on', 'cancel']);
  const { requests } = await stage.status('rewritten');
  assert.equal(requests.length, 1, 'for both');
  isRewritten = false;
  await stage.respond('rewritten', asked.requestId, 'go-on');
  await handle.result();
  assert.deepEqual([...new Set(heads)].toSorted(), ['one', 'two']);
  assert.deepEqual(lines('take over').toSorted(), ['take over one', 'take over the epic’s branch', 'take over two']);
  assert.deepEqual(lines('brief one implement'), ['brief one implement'], 'handed in again without its Worker');
  assert.match(lines('told two').join(), /till\.js/);
  assert.equal((await stage.status('rewritten')).requests.length, 1);
});

test('an approval of what stands on dropped history merges nothing, in an epic of one task and of several', async () => {
  for (const [epicId, graph] of [
    ['single', { lone: [] }],
    ['several', { first: [], second: [] }],
  ] as const) {
    let isRewritten = false;
    stage.play({
      takeTurn: handInAtOnce,
      updateBase: (known) => {
        if (isRewritten && known !== newBase) throw rewritten(known ?? '');
        return undefined;
      },
      takeOver: (_, baseSha) => (baseSha === newBase ? [] : undefined),
    });
    const input = { title: 'Approved', tasks: tasks(graph as never), requireApproval: ['merge'] };
    const handle = await stage.start(epicId, input);
    const first = await stage.asked(epicId, 'merge');
    isRewritten = true;
    await stage.respond(epicId, first.requestId, 'approve');
    const asked = await stage.asked(epicId, 'question');
    const target = epicId === 'single' ? 'lone' : 'epic';
    assert.deepEqual(lines(`merge factory/${epicId}/${target}`), []);
    isRewritten = false;
    await stage.respond(epicId, asked.requestId, 'go-on');
    const again = await stage.askedAgain(epicId, first);
    await stage.respond(epicId, again.requestId, 'approve');
    await handle.result();
    assert.equal(lines(`merge factory/${epicId}/${target}`).length, 1);
    assert.equal(lines('take over').length > 0, true);
  }
});

const rewind = (id: string, taskKey: string, turn: number) =>
  stage.update(id, 'rewindTask', { taskKey, turn, by: 'me', comment: 'the other way' });

test('where a person took tasks back to, they begin on the new base', async () => {
  let isStuck = true;
  let isRewritten = false;
  stage.play({
    takeTurn: handInAtOnce,
    prepareWorktree: () => {
      if (isRewritten) throw rewritten(sha('base'));
    },
    mergeTarget: (key) => (key === 'begun' && isStuck ? new Promise(() => {}) : undefined),
    pushBranch: (key) => {
      if (key === 'stopped' && isRewritten) throw rewritten(sha('base'));
      return undefined;
    },
    takeOver: () => [],
    verify: async (key, run) => {
      if (key === 'stopped' && run === 1) await waitFor(() => isRewritten, { timeoutMs: 40_000 });
      return true;
    },
  });
  const handle = await stage.start('back', { title: 'Back', tasks: tasks({ begun: [], stopped: [] }) });
  await waitFor(() => lines('push begun').length === 1, { timeoutMs: 40_000 });
  isRewritten = true;
  // Its next place meets the rewritten base before it is back.
  await rewind('back', 'begun', 1);
  const asked = await stage.asked('back', 'question');
  const hasEnded = async (key: string) =>
    (await stage.client.workflow.getHandle(`epic-back/task-${key}`).describe()).status.name === 'FAILED';
  await waitFor(async () => (await hasEnded('begun')) && (await hasEnded('stopped')), { timeoutMs: 40_000 });
  // It waits for the same answer; until its epic has heard of its end it is refused.
  await waitFor(() => rewind('back', 'stopped', 1), { timeoutMs: 40_000 });
  isRewritten = false;
  isStuck = false;
  await stage.respond('back', asked.requestId, 'go-on');
  await handle.result();
  const agent = (key: string) => `back.${key}.implement`;
  assert.deepEqual(lines('rewind ').toSorted(), [
    `rewind begun to 1 of ${agent('begun')}.1`,
    `rewind stopped to 1 of ${agent('stopped')}.1`,
  ]);
  for (const key of ['begun', 'stopped']) {
    const order = stage.log.filter((line) => line === `take over ${key}` || line.startsWith(`rewind ${key}`));
    assert.match(order.join(), new RegExp(`^take over ${key}.*rewind ${key}`));
    assert.ok(lines(`brief ${key} `).includes(`brief ${key} rewound`));
  }
});

test('what is merged into the epic’s branch names the base that it stands on, and stops where that was rewritten', async () => {
  let isRewritten = true;
  const stoodOn: (string | undefined)[] = [];
  stage.play({
    takeTurn: handInAtOnce,
    mergePullRequest: (head, _, standsOn) => {
      if (head.endsWith('/epic')) return;
      stoodOn.push(standsOn);
      if (isRewritten) throw rewritten(sha('base'));
    },
    takeOver: () => [],
  });
  const handle = await stage.start('merging', { title: 'Merging', tasks: tasks({ a: [], b: ['a'] }) });
  const asked = await stage.asked('merging', 'question');
  assert.deepEqual([stoodOn, lines('merge factory/merging/')], [['0'.repeat(40)], []]);
  isRewritten = false;
  await stage.respond('merging', asked.requestId, 'go-on');
  await handle.result();
  assert.deepEqual(stoodOn, ['0'.repeat(40), newBase, newBase]);
});

test('an epic that cannot go on from the new base keeps nobody from a place, and cancelled closes its pull requests', async () => {
  let met = 0;
  stage.play({
    takeTurn: handInAtOnce,
    mergePullRequest: () => {
      met += 1;
      throw rewritten(sha('base'));
    },
    takeOverEpic: () => {
      throw ApplicationFailure.nonRetryable('till.js conflicts', 'TakeOverConflict');
    },
  });
  const handle = await stage.start('stopped', { title: 'Stopped', tasks: tasks({ a: [], b: [] }) });
  const asked = await stage.asked('stopped', 'question');
  await waitFor(() => met === 2);
  await stage.respond('stopped', asked.requestId, 'go-on');
  const mend = await stage.askedAgain('stopped', asked);
  assert.match(mend.question, /cannot be taken over onto the new base: till.js conflicts/);
  await stage.until('stopped', ({ admitted, state }) => !admitted && state === 'BLOCKED', 'no place while it waits');
  await stage.respond('stopped', mend.requestId, 'cancel');
  await assert.rejects(handle.result());
  assert.deepEqual(
    lines('close factory/stopped/').toSorted(),
    ['a', 'b'].map((key) => `close factory/stopped/${key}`),
  );
});

test('a person’s words that a Worker was not told yet come with the conflicts of a take-over', async () => {
  let isRewritten = false;
  stage.play({
    takeTurn: handInAtOnce,
    prepareWorktree: () => {
      if (isRewritten) throw rewritten(sha('base'));
    },
    takeOver: (_, baseSha) => (baseSha === newBase ? ['till.js'] : undefined),
  });
  const input = { title: 'Words', tasks: tasks({ lone: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('words', input);
  const { requestId } = await stage.asked('words', 'merge');
  isRewritten = true;
  await stage.respond('words', requestId, 'reject', { comment: 'call it till' });
  const asked = await stage.asked('words', 'question');
  assert.deepEqual(asked.options, ['go-on', 'cancel']);
  isRewritten = false;
  await stage.respond('words', asked.requestId, 'go-on');
  await stage.asked('words', 'merge');
  const told = lines('told lone');
  assert.match(told.join('\n'), /told lone: .*: call it till/);
  assert.match(told.join('\n'), /told lone: till\.js/);
  assert.ok(lines('brief lone').includes('brief lone conflict'));
  await handle.cancel();
});

test('the epic’s known base moves only when its branch holds the new one, and after a take-over', async () => {
  const known: (string | undefined)[] = [];
  const bases: (string | undefined)[] = [];
  let isRewritten = false;
  let isRefused = true;
  stage.play({
    takeTurn: handInAtOnce,
    prepareWorktree: (_, __, base) => void bases.push(base),
    updateBase: (sha) => {
      known.push(sha);
      if (isRewritten && sha !== newBase) throw rewritten(sha ?? '');
      return undefined;
    },
    mergeTarget: (key) => (key === 'epic' ? 'merged' : undefined),
    pushBranch: (key) => {
      if (key === 'epic' && isRefused) throw ApplicationFailure.nonRetryable('no right to push', 'PushDeclined');
      return undefined;
    },
  });
  const input = { title: 'Known', tasks: tasks({ a: [], b: [] }), requireApproval: ['merge'] };
  const handle = await stage.start('known', input);
  const mend = await stage.asked('known', 'question');
  const first = known.at(-1);
  isRefused = false;
  await stage.respond('known', mend.requestId, 'retry');
  const before = await stage.asked('known', 'merge');
  assert.deepEqual([first, known.at(-1)], ['0'.repeat(40), '0'.repeat(40)], 'not while its push failed');
  isRewritten = true;
  await stage.respond('known', before.requestId, 'approve');
  const asked = await stage.asked('known', 'question');
  assert.equal(known.at(-1), sha('target'), 'what was merged and pushed');
  await stage.respond('known', asked.requestId, 'go-on');
  const again = await stage.askedAgain('known', before);
  assert.equal(known.at(-1), newBase);
  isRewritten = false;
  await stage.respond('known', again.requestId, 'approve');
  await handle.result();
  assert.deepEqual([...new Set(bases)], ['0'.repeat(40)]);
});
