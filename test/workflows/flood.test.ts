/** Floods: messages that change nothing cost next to nothing, whatever runs are needed for them, and answers count. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import { LOOKS_AT_ONCE } from '../../workflows/options.ts';
import { persistently } from '../support/wait-for.ts';
import { handInAtOnce, tasks } from './answers.ts';
import { countIgnored } from './count-ignored.ts';
import { runLengths } from './runs.ts';
import { openStage } from './stage.ts';

const LIMIT = 150;
const MESSAGES = 500;
/** Of each kind; what comes together is one workflow task. */
const AT_ONCE = 5;

const stage = await openStage({ suggestContinueAsNewAt: LIMIT });
after(() => stage.close());

/** A run that is closing takes nothing, and a task that is handed over is closed for a moment. */
const again = (send: () => Promise<void>): Promise<void> => persistently(send, { times: 100, pauseMs: 50 });

test('a waiting epic, a waiting task and the supervisor stand hundreds of messages', async () => {
  let looks = 0;
  stage.play({
    takeTurn: handInAtOnce,
    readPullRequest: (head) => {
      if (head.endsWith('/only')) looks += 1;
      return {};
    },
  });
  const input = { title: 'Flooded', requireApproval: ['merge'] };
  const [whole, lone] = await Promise.all([
    stage.start('whole', { ...input, tasks: tasks({ a: [], b: [] }) }),
    stage.start('lone', { ...input, tasks: tasks({ only: [] }) }),
  ]);
  const asked = [await stage.asked('whole', 'merge'), await stage.asked('lone', 'merge')];
  const before = looks;

  const task = stage.client.workflow.getHandle(taskWorkflowId('lone', 'only'));
  const supervisor = stage.client.workflow.getHandle('supervisor');
  const number = stage.pullRequests.get('factory/lone/only');
  const sendOfEach = () => [
    again(() => whole.signal('approve', { by: 'flood', requestId: 'none' })),
    again(() => task.signal('pullRequestChanged', { number })),
    again(() => supervisor.signal('releaseAdmission', { epicId: 'ghost' })),
  ];
  for (let sent = 0; sent < MESSAGES; sent += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, sendOfEach).flat());
  }

  assert.deepEqual([await stage.asked('whole', 'merge'), await stage.asked('lone', 'merge')], asked);
  const flooded = { whole: 'epic-whole', lone: taskWorkflowId('lone', 'only'), supervisor: 'supervisor' };
  for (const workflowId of Object.values(flooded)) {
    const lengths = await runLengths(stage.client, workflowId);
    assert.ok(lengths.length > 1, `${workflowId} has more than one run`);
    // One batch of a slow machine may add as many again while the run ends.
    assert.ok(Math.max(...lengths) < 3 * LIMIT, `${workflowId}: ${lengths.join(', ')}`);
  }
  assert.ok(looks - before <= LOOKS_AT_ONCE + 3, `${looks - before} looks`);
  await Promise.all([whole, lone].map((handle) => handle.signal('approve')));
  await Promise.all([whole.result(), lone.result()]);
  const refusals = (await stage.decisions('whole')).filter(({ kind }) => kind === 'refusal');
  assert.equal(countIgnored(refusals), MESSAGES, 'each is counted once');
  assert.ok(refusals.length <= 5, `${refusals.length} lines`);
});
