/** A rewritten base: one question for the whole epic, approvals of the old one die, and the work goes on from the new one. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { waitFor } from '../support/wait-for.ts';
import { submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const sha = (text: string) => createHash('sha1').update(text).digest('hex');
const lines = (start: string) => stage.log.filter((line) => line.startsWith(start));
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
    takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined),
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
  assert.match(asked.question, /main of example was rewritten: it is at .* Nothing of the epic is pushed/);
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
      takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined),
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
    const again = await waitFor(async () => {
      const request = await stage.asked(epicId, 'merge');
      return request.requestId !== first.requestId && request;
    });
    await stage.respond(epicId, again.requestId, 'approve');
    await handle.result();
    assert.equal(lines(`merge factory/${epicId}/${target}`).length, 1);
    assert.equal(lines('take over').length > 0, true);
  }
});
