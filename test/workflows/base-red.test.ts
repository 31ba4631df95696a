/** What is red on the untouched base is nobody's work: a person is asked once, before a round is paid for it. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, submitWork, tasks } from './answers.ts';
import { patiently } from './names.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());
const { lines } = stage;

test('two tasks ask one question, `retry` runs the check again, and `continue` tells the Workers', async () => {
  let isMended = false;
  stage.play({
    takeTurn: handInAtOnce,
    isBaseRed: () => true,
    verify: (key, run) => key === 'epic' || (isMended && run > 2),
  });
  const graph = tasks({ left: [], right: [] });
  await stage.start('red-base', { title: 'Red base', tasks: graph, concurrency: 2 });
  const isHeld = async (key: string) => (await stage.holdOf('red-base', key))?.kind === 'person';
  const bothHeld = async () => (await isHeld('left')) && (await isHeld('right'));
  await waitFor(bothHeld, patiently);
  const first = await stage.asked('red-base', 'question');
  assert.match(
    first.question,
    /“verify” ended with 1, and with 127 on the base \(there is no such command\)[\s\S]*not found[\s\S]*untouched base/,
  );
  assert.equal((await stage.status('red-base')).requests.length, 1);
  assert.deepEqual(lines('brief left'), ['brief left implement'], 'no round was paid for it');

  await stage.respond('red-base', first.requestId, 'retry');
  const second = await stage.askedAgain('red-base', first);
  await waitFor(bothHeld, patiently);
  assert.deepEqual(lines('brief left'), ['brief left implement']);
  isMended = true;
  await stage.respond('red-base', second.requestId, 'continue');
  await stage.until('red-base', ({ state }) => state === 'COMPLETED');
  for (const key of ['left', 'right']) {
    const briefs = lines(`brief ${key} `).filter((line) => !line.endsWith('review'));
    assert.deepEqual(briefs, [`brief ${key} implement`, `brief ${key} verification`]);
  }
});

test('a change that is red alone goes back to its Worker, and nobody is asked', async () => {
  stage.play({ takeTurn: handInAtOnce, verify: (key, run) => key === 'epic' || run > 1 });
  await stage.start('own-fault', { title: 'Own fault', tasks: tasks({ blamed: [] }) });
  await stage.until('own-fault', ({ state }) => state === 'COMPLETED');
  assert.deepEqual(lines('verify the base of blamed'), ['verify the base of blamed']);
  assert.ok(lines('brief blamed').includes('brief blamed verification'));
});

test('an old `retry` costs who asks later no run, and what else was decided is not asked again', async () => {
  const gates = new Map(['late', 'last'].map((key) => [key, Promise.withResolvers<void>()] as const));
  const runs: Record<string, number> = {};
  let isMended = false;
  stage.play({
    takeTurn: async ({ purpose, taskKey = '' }) => {
      if (purpose !== 'implement') return undefined;
      await gates.get(taskKey)?.promise;
      return submitWork;
    },
    isBaseRed: () => !isMended,
    verify: (key, run) => {
      runs[key] = run;
      return key === 'epic' || isMended || (gates.has(key) && run > 1);
    },
  });
  await stage.start('asked-once', { title: 'Asked once', tasks: tasks({ early: [], late: [], last: [] }) });
  const first = await stage.asked('asked-once', 'question');
  isMended = true;
  await stage.respond('asked-once', first.requestId, 'retry');
  await stage.until('asked-once', ({ tasks }) =>
    tasks.some(({ task, status }) => task.key === 'early' && status?.state === 'COMPLETED'),
  );
  isMended = false;
  gates.get('late')?.resolve();
  const second = await stage.askedAgain('asked-once', first);
  assert.equal(runs.late, 1, 'its own checks did not run again for an answer from before them');
  await stage.respond('asked-once', second.requestId, 'continue');
  gates.get('last')?.resolve();
  await stage.until('asked-once', ({ state }) => state === 'COMPLETED');
  const { requests } = await stage.status('asked-once');
  assert.deepEqual(
    requests.map(({ requestId }) => requestId),
    [first.requestId, second.requestId],
  );
  for (const key of gates.keys()) assert.ok(lines(`brief ${key} `).includes(`brief ${key} verification`));
});

test('where the policy that a person adopts has more room, a task that waits for a slot starts at once', async () => {
  const [asks, busy] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  stage.play({
    takeTurn: async ({ purpose, taskKey }) => {
      if (taskKey === 'busy') await busy.promise;
      return handInAtOnce({ purpose });
    },
    isBaseRed: (key, hash) => key === 'asks' && hash !== 'q',
    verify: async (key, _, hash) => {
      if (key === 'asks' && hash === 'q') await asks.promise;
      return key !== 'asks' || hash === 'q';
    },
    basePolicy: ({ policy }) => ({
      ...{ kind: 'differs' as const, baseSha: 'b'.repeat(40), policyHash: 'q', concurrency: 4 },
      policy: { ...policy, verify: [{ name: 'verify', command: 'fixed' }] },
      ...{ changes: ['verify.verify: true → fixed'], weaker: [], weakerThanFirst: [] },
    }),
  });
  const graph = tasks({ asks: [], busy: [], third: [] });
  const handle = await stage.start('wider', { title: 'Wider', tasks: graph, concurrency: 2 });
  const { requestId } = await stage.asked('wider', 'question');
  assert.deepEqual(lines('turn 1 of wider.third'), []);
  await stage.respond('wider', requestId, 'adopt');
  await waitFor(() => lines('turn 1 of wider.third').length > 0);
  asks.resolve();
  busy.resolve();
  await handle.result();
});
