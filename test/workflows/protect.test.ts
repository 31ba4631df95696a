/** Protected paths hold the push and weakened tests the merge, until a person has looked; nobody else waits for that. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Findings } from '../../workflows/contract/change.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, tasks } from './answers.ts';
import { countMerging } from './script.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { holdOf, lines, merged } = stage;

const found = (line: string): Findings => ({ lines: [line], total: 1, hash: line });
const log = async (epicId: string) =>
  (await stage.decisions(epicId)).map(({ decision, reason }) => `${decision}: ${reason}`);
const isPlaced = async (epicId: string, key: string) => {
  const rows = await stage.db.selectFrom('placements').select('holder').where('held', '=', true).execute();
  return rows.some(({ holder }) => holder === `epic-${epicId}/task-${key}`);
};

test('a protected path holds the push, a bare approve lets exactly that commit through, and the same again asks nobody', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    inspect: () => ({ protected: found('modified ci/run.sh') }),
    verify: (_, run) => run !== 2,
    mergeTarget: (_, run) => (run === 1 ? 'conflict' : 'unchanged'),
  });
  const handle = await stage.start('ci', { title: 'CI', tasks: tasks({ guarded: [] }) });
  const request = await stage.asked('ci', 'protected-paths');
  assert.match(request.question, /changes protected paths: modified ci\/run\.sh/);
  assert.deepEqual(
    [request.options, request.taskKey, request.base, request.pullRequest],
    [['approve', 'reject', 'cancel'], 'guarded', 'main', undefined],
  );
  assert.deepEqual(lines('show guarded'), [`show guarded ${request.headSha}`]);
  assert.deepEqual(lines('push guarded'), []);
  assert.equal(await isPlaced('ci', 'guarded'), false, 'the slot goes back meanwhile');
  await handle.signal('approve', { by: 'me', headSha: 'f'.repeat(40) });
  await handle.signal('approve', { by: 'me', headSha: request.headSha });
  await handle.result();
  assert.ok(
    (await log('ci')).some((line) => /approve changed nothing/.test(line)),
    'another commit was not meant',
  );
  assert.ok(lines('push guarded').length >= 2, 'pushed again after the conflict');
  assert.equal((await stage.status('ci')).requests.length, 1);
  assert.ok((await log('ci')).includes('guarded: it changes protected paths: modified ci/run.sh'));
});

test('a rejected change goes back to its Worker with the words, and other protected content asks again', async () => {
  const content = ['modified ci/a', 'modified ci/b', 'modified ci/b'];
  stage.play({
    takeTurn: handInAtOnce,
    inspect: (_, run) => ({ protected: found(content[run - 1] ?? 'modified ci/b') }),
  });
  const handle = await stage.start('no', { title: 'No', tasks: tasks({ sent: [] }) });
  const first = await stage.asked('no', 'protected-paths');
  await handle.signal('reject', { by: 'me', comment: 'leave CI alone' });
  const second = await stage.askedAgain('no', first);
  assert.ok(lines('brief sent').includes('brief sent feedback'));
  assert.match(second.question, /ci\/b/);
  assert.deepEqual(lines('push sent'), []);
  await stage.respond('no', second.requestId, 'approve');
  await handle.result();
  assert.deepEqual(merged('no'), ['sent']);
});

test('files that no one asked for go back once, links out of the tree always, and the question says what stays', async () => {
  const groups = [{ what: 'node_modules', files: 3_004, bytes: 9, examples: [], words: 'node_modules: 3,004 files' }];
  const outside = ['shared → /usr/share'];
  stage.play({
    takeTurn: handInAtOnce,
    inspect: (key, run) => (key === 'calm' ? {} : { leftovers: { groups, ...(run > 2 ? {} : { outside }) } }),
  });
  const requireApproval = ['merge' as const];
  const one = await stage.start('left', { title: 'Left', tasks: tasks({ tools: [] }), requireApproval });
  const request = await stage.asked('left', 'merge');
  assert.deepEqual(lines('told tools'), [
    'told tools: node_modules: 3,004 files; shared → /usr/share',
    'told tools: shared → /usr/share',
  ]);
  assert.match(request.question, /It adds files that no one asked for: node_modules: 3,004 files\./);
  await stage.respond('left', request.requestId, 'approve');
  await one.result();

  const graph = tasks({ kept: [], calm: [] });
  const several = await stage.start('left-in-epic', { title: 'Left', tasks: graph, requireApproval });
  const whole = await stage.asked('left-in-epic', 'merge');
  assert.match(whole.question, /It adds files that no one asked for: kept: node_modules: 3,004 files\./);
  await stage.respond('left-in-epic', whole.requestId, 'approve');
  await several.result();
});

test('weakened tests wait before the lane, which others use meanwhile', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    inspect: (key) => (key === 'weak' ? { weakened: found('test/a.js: 1 fewer assertions') } : {}),
  });
  const handle = await stage.start('weak', { title: 'Weak', tasks: tasks({ weak: [], strong: [] }) });
  const request = await stage.asked('weak', 'weakened-tests');
  assert.match(request.question, /weakens tests: test\/a\.js: 1 fewer assertions/);
  assert.ok(
    request.pullRequest !== undefined && lines('push weak').length > 0,
    'it can be looked at as a pull request',
  );
  await waitFor(() => merged('weak').includes('strong'), { what: 'the other task to be merged' });
  assert.equal(await isPlaced('weak', 'weak'), false);
  await handle.signal('reject', { by: 'me', comment: 'keep the assertion' });
  const again = await stage.askedAgain('weak', request);
  assert.ok(lines('brief weak').includes('brief weak feedback'));
  await stage.respond('weak', again.requestId, 'approve');
  await handle.result();
  assert.deepEqual(merged('weak'), ['strong', 'weak', 'epic']);
});

test('a merge that touches protected paths gives the lane back while a person decides, and asks for it again', async () => {
  const gate = Promise.withResolvers<void>();
  let isAllowed = false;
  const { seen, script } = countMerging(gate.promise, () => isAllowed);
  stage.play({
    takeTurn: handInAtOnce,
    ...script,
    mergedProtected: (key) => (key === 'epic' ? undefined : found('modified ci/merged')),
  });
  const handle = await stage.start('lane', { title: 'Lane', tasks: tasks({ a: [], b: [] }) });
  const requests = [
    await stage.asked('lane', 'protected-paths', 'a'),
    await stage.asked('lane', 'protected-paths', 'b'),
  ];
  assert.deepEqual(merged('lane'), [], 'both had the lane, and neither kept it');
  isAllowed = true;
  for (const { requestId } of requests) await stage.respond('lane', requestId, 'approve');
  await waitFor(async () => {
    const holds = await Promise.all(['a', 'b'].map((key) => holdOf('lane', key)));
    return seen.inside > 0 && holds.some((hold) => hold?.kind === 'lane');
  });
  gate.resolve();
  await handle.result();
  assert.equal(seen.most, 1, 'one at a time');
  assert.deepEqual(merged('lane').toSorted(), ['a', 'b', 'epic']);
});

test('in an epic of one task the findings are a part of the merge’s question, which is asked in any case', async () => {
  stage.play({ takeTurn: handInAtOnce, inspect: () => ({ weakened: found('test/a.js: the file is deleted') }) });
  const handle = await stage.start('alone', { title: 'Alone', requireApproval: [], tasks: tasks({ alone: [] }) });
  const request = await stage.asked('alone', 'merge');
  assert.match(request.question, /It weakens tests: test\/a\.js: the file is deleted/);
  await handle.signal('approve', { by: 'me' });
  await handle.result();
  assert.equal((await stage.status('alone')).requests.length, 1);
});
