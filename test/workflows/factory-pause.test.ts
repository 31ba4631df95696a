/** The pause of everything, on a real Temporal. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { pauseFactory, resumeFactory } from '../../db/writes/factory-pause.ts';
import { waitFor } from '../support/wait-for.ts';
import { submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const only = { tasks: tasks({ only: [] }) };

test('the pause of everything holds what is new, whoever started it, and releases only what it held', async () => {
  const gate = Promise.withResolvers<void>();
  stage.play({
    takeTurn: async ({ purpose, agentId }) => {
      if (purpose !== 'implement') return undefined;
      if (agentId.startsWith('busy.')) await gate.promise;
      return submitWork;
    },
  });
  const before = stage.log.length;
  const busy = await stage.start('busy', { title: 'Busy', ...only });
  const own = await stage.start('own', { title: 'Own', tasks: tasks({ one: [], two: ['one'] }) });
  await waitFor(() => stage.log.includes('turn 1 of busy.only.implement.1'));
  await stage.update('own', 'pause', { by: 'ann' });
  await pauseFactory(stage.db, { by: 'ann', comment: 'a leak' });
  gate.resolve();
  const late = await stage.start('late', { title: 'Late', ...only });
  // The call under way ends; the push after it does not begin.
  const pending = async (id: string) => {
    const { raw } = await stage.client.workflow.getHandle(id).describe();
    return (raw.pendingActivities ?? []).map(
      ({ activityType, lastFailure }) => `${activityType?.name}: ${lastFailure?.message}`,
    );
  };
  const isHeldAt = async (id: string, activity: string) =>
    (await pending(id)).includes(`${activity}: the factory is paused by ann: a leak`);
  await waitFor(() => isHeldAt('epic-busy/task-only', 'pushBranch'), { timeoutMs: 20_000 });
  await waitFor(() => isHeldAt('epic-late', 'requestAdmission'), { timeoutMs: 20_000 });
  assert.ok(!stage.log.slice(before).includes('push only'));
  assert.ok(!stage.log.some((line) => line.includes('late.')));
  await resumeFactory(stage.db, { by: 'ann' });
  await busy.result();
  await late.result();
  assert.equal((await stage.status('own')).paused, true, 'it was paused by itself');
  await stage.update('own', 'resume', { by: 'ann' });
  await own.result();
});

test('the pause of everything holds the end of no epic that goes on after an answer', async () => {
  const asking = { kind: 'budget' as const, neededMicroUsd: 1, spentMicroUsd: 1, capMicroUsd: 1 };
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'implement' ? asking : undefined) });
  const handle = await stage.start('answered', { title: 'Answered', tasks: tasks({ one: [], two: [] }) });
  await stage.until('answered', ({ admitted, requests }) => !admitted && requests.length > 0);
  await pauseFactory(stage.db, { by: 'ann' });
  await stage.update('answered', 'raiseBudget', { capUsd: 5 });
  const isAsking = async () => {
    const { raw } = await handle.describe();
    return (raw.pendingActivities ?? []).some(({ activityType }) => activityType?.name === 'requestAdmission');
  };
  await waitFor(isAsking, { timeoutMs: 20_000, what: 'the request for an admission, which is held' });
  await handle.cancel();
  await waitFor(async () => (await handle.describe()).status.name === 'CANCELLED', { timeoutMs: 20_000 });
  await resumeFactory(stage.db, { by: 'ann' });
});
