/** The forge's checks hold a merge: red goes back to the Worker, what only a person can judge holds nobody else up. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Checks } from '../../activities/forge/forge.ts';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import { waitFor } from '../support/wait-for.ts';
import { submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const takeTurn = ({ purpose }: { purpose: string }) => (purpose === 'implement' ? submitWork : undefined);
const red = (redOnBase = false): Partial<Checks> => ({
  state: 'red',
  failed: [{ name: 'build', url: 'https://ci/1', log: 'no such file', redOnBase }],
});
const lines = (start: string) => stage.log.filter((line) => line.startsWith(start));
const merges = (epicId: string) => lines(`merge factory/${epicId}/`).map((line) => line.split('/').at(-1));
const holdOf = async (epicId: string, key: string) =>
  (await stage.taskRow(epicId, key))?.hold as { kind: string; reason: string } | null;
const changed = (epicId: string, key: string) =>
  stage.client.workflow.getHandle(taskWorkflowId(epicId, key)).signal('pullRequestChanged', {
    number: stage.pullRequests.get(`factory/${epicId}/${key}`),
  });

test('red twice, then green: two rounds with what failed, one merge', async () => {
  stage.play({ takeTurn, readChecks: (_, run) => (run <= 2 ? red() : { state: 'green' }) });
  const handle = await stage.start('twice-red', { title: 'Red', tasks: tasks({ mend: [] }) });
  await handle.result();
  assert.deepEqual(lines('told mend'), ['told mend: build', 'told mend: build']);
  assert.deepEqual(merges('twice-red'), ['mend']);
  assert.ok(!stage.log.includes('turn 1 of twice-red.mend.implement.2'), 'rounds of the same Worker');
});

test('pending checks are looked at again when somebody says so, and nothing is merged before', async () => {
  let state: Checks['state'] = 'pending';
  stage.play({ takeTurn, readChecks: () => ({ state, pending: state === 'pending' ? ['build'] : [] }) });
  const handle = await stage.start('pending', { title: 'Pending', tasks: tasks({ slow: [] }) });
  await waitFor(async () => (await holdOf('pending', 'slow'))?.kind === 'checks');
  assert.equal((await holdOf('pending', 'slow'))?.reason, 'build');
  assert.deepEqual(merges('pending'), []);
  state = 'green';
  await changed('pending', 'slow');
  await handle.result();
  assert.deepEqual(merges('pending'), ['slow']);
});

test('red on the base too is a person’s matter: no round, and the lane is free meanwhile', async () => {
  stage.play({ takeTurn, readChecks: (head) => (head.endsWith('/held') ? red(true) : { state: 'green' }) });
  const handle = await stage.start('base', { title: 'Base', tasks: tasks({ held: [], free: [] }) });
  const request = await stage.asked('base', 'question', 'held');
  assert.match(request.question, /red on the base branch too: build/);
  await waitFor(() => merges('base').includes('free'));
  assert.deepEqual(merges('base'), ['free']);
  await stage.respond('base', request.requestId, 'retry');
  const again = await stage.asked('base', 'question', 'held');
  await stage.respond('base', again.requestId, 'merge');
  await handle.result();
  assert.deepEqual(merges('base'), ['free', 'held', 'epic']);
  assert.deepEqual(lines('told held'), []);
});

test('checks that stay red are a person’s after the last round; a retry counts anew', async () => {
  let isRed = true;
  stage.play({ takeTurn, readChecks: () => (isRed ? red() : { state: 'green' }) });
  const handle = await stage.start('stays', { title: 'Stays red', tasks: tasks({ stuck: [] }) });
  const request = await stage.asked('stays', 'failed-task', 'stuck');
  assert.match(request.question, /checks of the pull request were red more than 2 times/);
  assert.equal(lines('told stuck').length, 2);
  isRed = false;
  await stage.respond('stays', request.requestId, 'retry');
  await handle.result();
  assert.deepEqual(merges('stays'), ['stuck']);
});

test('a Worker that changes nothing is told once of the same commit; then a person decides', async () => {
  stage.play({
    takeTurn,
    commitChange: (_, run) => (run > 1 ? 'nothing' : undefined),
    readChecks: () => red(),
  });
  const handle = await stage.start('same', { title: 'Same', tasks: tasks({ sure: [] }) });
  const request = await stage.asked('same', 'question', 'sure');
  assert.match(request.question, /its Worker changed nothing, and these are red: build/);
  assert.equal(lines('told sure').length, 2, 'once for each commit');
  await stage.respond('same', request.requestId, 'merge');
  await handle.result();
  assert.deepEqual(merges('same'), ['sure']);
});

test('red checks of the epic’s own pull request become a task, and then it is merged', async () => {
  let mended = false;
  stage.play({
    takeTurn,
    readChecks: (head) => (head.endsWith('/epic') && !mended ? red() : { state: 'green' }),
    mergePullRequest: (head) => {
      if (head.includes('/change-')) mended = true;
    },
  });
  const handle = await stage.start('whole-red', { title: 'Whole', tasks: tasks({ w1: [], w2: [] }) });
  await handle.result();
  const { tasks: all } = await stage.status('whole-red').catch(() => ({ tasks: [] }));
  assert.deepEqual(
    merges('whole-red')
      .slice(2)
      .map((key) => key?.replace(/-\d+$/, '')),
    ['change', 'epic'],
  );
  const mend = all.find(({ task }) => task.key.startsWith('change-'))?.task;
  assert.match(
    `${mend?.title} ${mend?.description}`,
    /^Mend the checks of pull request #\d+ .*“build” is red \(https:\/\/ci\/1\)/,
  );
});
