/** The forge's checks hold a merge: red goes back to the Worker, what only a person can judge holds nobody else up. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Checks } from '../../workflows/contract/pull-request.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, tasks } from './answers.ts';
import { handsOn } from './hands.ts';
import { keyOf, patiently } from './names.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { lines, merged } = stage;

const green = { state: 'green' as const };
const red = (redOnBase = false): Partial<Checks> => ({
  state: 'red',
  failed: [{ name: 'build', url: 'https://ci/1', log: 'no such file', redOnBase }],
});
const told = (key: string) => lines(`told ${key}`).length;
const { changed: changedIn } = handsOn(stage);
const changed = (key: string) => changedIn('ci', key);

test('red, flapping, pending, red on the base, and red whatever the Worker does', async () => {
  const now: Record<string, Partial<Checks>> = { slow: { state: 'pending', pending: ['e2e'] }, base: red(true) };
  stage.play({
    takeTurn: handInAtOnce,
    commitChange: (key, run) => (key === 'sure' && run > 1 ? 'nothing' : undefined),
    readChecks: (head, run) => {
      const key = keyOf(head);
      if (key === 'mend') return run <= 2 ? red() : green;
      return now[key] ?? (key === 'stuck' || key === 'sure' ? red() : green);
    },
  });
  const graph = tasks({ mend: [], slow: [], base: [], free: [], stuck: [], sure: [] });
  const handle = await stage.start('ci', { title: 'Checks', tasks: graph, concurrency: 6 });

  // Pending checks hold the lane, until somebody says that there is news.
  await waitFor(async () => (await stage.holdOf('ci', 'slow'))?.kind === 'checks', patiently);
  assert.equal((await stage.holdOf('ci', 'slow'))?.reason, 'e2e');
  assert.ok(!merged('ci').includes('slow'));
  now.slow = green;
  await changed('slow');

  // Whoever waits for a person has left the lane, or the others could not be where they are.
  const [base, sure, stuck] = await Promise.all([
    stage.asked('ci', 'question', 'base'),
    stage.asked('ci', 'question', 'sure'),
    // Nothing runs any more when a failed task is asked about; until then it is seen in its row.
    waitFor(async () => (await stage.taskRow('ci', 'stuck'))?.failure as { message: string } | null, patiently),
  ]);
  assert.match(base.question, /red, on the base branch too: build/);
  assert.match(sure.question, /its Worker found nothing to change, and these checks are still red: build/);
  assert.match(stuck.message, /checks of the pull request were red more than 2 times/);
  await waitFor(() => ['free', 'mend', 'slow'].every((key) => merged('ci').includes(key)), patiently);
  assert.deepEqual(merged('ci').toSorted(), ['free', 'mend', 'slow']);

  // Asked again as long as it is so; then the base is mended, and nobody needs to answer.
  await stage.respond('ci', base.requestId, 'retry');
  const again = await stage.askedAgain('ci', base);
  now.base = green;
  await changed('base');
  await waitFor(() => merged('ci').includes('base'), patiently);
  await stage.respond('ci', sure.requestId, 'merge');
  now.stuck = green;
  const failed = await stage.asked('ci', 'failed-task', 'stuck');
  await stage.respond('ci', failed.requestId, 'retry');
  await handle.result();

  assert.deepEqual(merged('ci').toSorted(), ['base', 'epic', 'free', 'mend', 'slow', 'stuck', 'sure']);
  assert.deepEqual(
    [told('mend'), told('sure'), told('stuck'), told('base')],
    [2, 2, 3, 0],
    'once for each commit, and the next life of what is stuck',
  );
  const { requests } = await stage.status('ci');
  assert.equal(requests.find(({ requestId }) => requestId === again.requestId)?.state, 'withdrawn');
  assert.deepEqual(lines('turn 1 of ci.mend.implement'), ['turn 1 of ci.mend.implement.1'], 'rounds of one Worker');
});

test('red checks of the epic’s own pull request become a task, and then it is merged', async () => {
  let mended = false;
  stage.play({
    takeTurn: handInAtOnce,
    readChecks: (head) => (keyOf(head) === 'epic' && !mended ? red() : green),
    mergePullRequest: (head) => {
      if (keyOf(head).startsWith('change-')) mended = true;
    },
  });
  const handle = await stage.start('whole', { title: 'Whole', tasks: tasks({ w1: [], w2: [] }) });
  await handle.result();
  const [first, last] = merged('whole').slice(2);
  assert.match(first ?? '', /^change-\d+$/);
  assert.equal(last, 'epic');
  const mend = (await stage.status('whole')).tasks.find(({ task }) => task.key === first)?.task;
  assert.match(`${mend?.title} ${mend?.description}`, /^Fix the checks .*“build” is red \(https:\/\/ci\/1\)/);
});

test('what ended without a verdict is run again once, then a person is asked', async () => {
  const cancelled: Partial<Checks> = {
    state: 'red',
    failed: [{ name: 'build', log: '', redOnBase: false, without: 'cancelled' }],
  };
  let isCancelledAgain = false;
  const reruns = (epicId: string) => lines(`rerun factory/${epicId}/`).length;
  stage.play({
    takeTurn: handInAtOnce,
    readChecks: (head) => (head.includes('/again') && (isCancelledAgain || reruns('again') === 0) ? cancelled : green),
    rerunChecks: () => ['build'],
  });
  await stage.start('again', { title: 'Run again', tasks: tasks({ once: [] }), requireApproval: [] });
  await waitFor(() => reruns('again') === 1, patiently);
  await changedIn('again', 'once');
  await stage.until('again', ({ state }) => state === 'COMPLETED');

  isCancelledAgain = true;
  await stage.start('again-2', { title: 'Run again', tasks: tasks({ twice: [] }), requireApproval: [] });
  await waitFor(() => reruns('again-2') === 1, patiently);
  await changedIn('again-2', 'twice');
  const { question, requestId } = await stage.asked('again-2', 'question', 'twice');
  assert.match(question, /ended without a verdict: build \(cancelled\)/);
  assert.equal(reruns('again-2'), 1);
  await stage.respond('again-2', requestId, 'merge');
  await stage.until('again-2', ({ state }) => state === 'COMPLETED');
});
