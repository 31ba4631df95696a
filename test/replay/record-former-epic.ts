/** Earlier ways of an epic with its slot, its end and its issue, each recorded under the name of the pin that ended it. */
import { ApplicationFailure } from '@temporalio/common';
import { loadConfig } from '../../config/config.ts';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { startLinear } from '../support/linear/server.ts';
import { waitFor } from '../support/wait-for.ts';
import { handInAtOnce, tasks } from '../workflows/answers.ts';
import { createDyingRequests } from '../workflows/dying-requests.ts';
import { handsOn } from '../workflows/hands.ts';
import { keyOf, patiently, sha } from '../workflows/names.ts';
import { sendNoise } from '../workflows/runs.ts';
import { openStage } from '../workflows/stage.ts';

type Save = (stage: Awaited<ReturnType<typeof openStage>>, saving: { readonly workflowId: string }) => Promise<void>;

export const epicRecordings = (save: Save): Readonly<Record<string, () => Promise<void>>> => ({
  'late-request': () => recordLateSlot(save),
  'merged-run': () => recordCancelledMerge(save),
  'overtaken-slot': () => recordUncounted(save),
  'own-pause': () => recordLiftedPause(save),
});

/** `late-request`: another try of a request that was granted gave an epic a slot while a person was asked. */
async function recordLateSlot(save: Save): Promise<void> {
  const requests = createDyingRequests();
  const noticed = Promise.withResolvers<void>();
  const stage = await openStage({ epicsAtOnce: 1, interceptors: { activity: [requests.interceptor] } });
  const isGranted = async () => (await stage.status('granted')).admitted;
  stage.play({
    takeTurn: handInAtOnce,
    mergeTarget: async (key, run) => {
      if (key !== 'epic' || run !== 2) return undefined;
      await waitFor(isGranted, patiently);
      return 'conflict';
    },
  });
  await stage.start('granted', { title: 'Granted', tasks: tasks({ x: [], y: [] }), requireApproval: ['merge'] });
  const { requestId } = await stage.asked('granted', 'merge');
  requests.die('granted', noticed.promise);
  await stage.respond('granted', requestId, 'approve');
  await stage.asked('granted', 'conflict');
  noticed.resolve();
  await waitFor(isGranted, patiently);
  await save(stage, { workflowId: 'epic-granted' });
}

/** `merged-run`: an epic that was merged, and cancelled while it could not be delivered, ended as cancelled with its run. */
async function recordCancelledMerge(save: Save): Promise<void> {
  const stage = await openStage({ suggestContinueAsNewAt: 60 });
  stage.play({
    takeTurn: handInAtOnce,
    deliverResult: () => {
      throw ApplicationFailure.nonRetryable('main does not hold it', 'MergedElsewhere');
    },
  });
  const handle = await stage.start('standing', { title: 'Standing', tasks: tasks({ only: [] }), requireApproval: [] });
  await stage.asked('standing', 'question');
  await handle.cancel();
  const hasEnded = async () => {
    await sendNoise(stage.client, 'standing').catch(() => undefined);
    return (await handle.describe()).status.name !== 'RUNNING';
  };
  await waitFor(hasEnded, patiently);
  await save(stage, { workflowId: 'epic-standing' });
}

/** `overtaken-slot`: an epic whose question about the merge was overtaken by a push worked on without a slot. */
async function recordUncounted(save: Save): Promise<void> {
  const stage = await openStage();
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    takeTurn: handInAtOnce,
    readPullRequest: (head) => (keyOf(head) === 'epic' ? byHand : undefined),
    compareBranch: () => ({ kind: 'ahead', headSha: sha('theirs') }),
  });
  await stage.start('pushed', { title: 'Pushed', tasks: tasks({ x: [], y: [] }), requireApproval: ['merge'] });
  const first = await stage.asked('pushed', 'merge');
  byHand = { headSha: sha('theirs') };
  await handsOn(stage).changed('pushed', 'epic');
  await stage.askedAgain('pushed', first);
  await save(stage, { workflowId: 'epic-pushed' });
}

/** `own-pause`: to continue with an issue that was moved to a completed state lifted a person's pause too. */
async function recordLiftedPause(save: Save): Promise<void> {
  const linear = await startLinear();
  const stage = await openStage({ linear: loadConfig(linear.variables).linear });
  const issue = linear.store.addIssue();
  const source = { tracker: 'linear', id: issue.identifier };
  await stage.start('lifted', { title: 'Lifted', source, tasks: tasks({ only: [] }), requireApproval: ['plan'] });
  await linear.commentWith(issue, 'Approve this plan?');
  await stage.update('lifted', 'pause', { by: 'ann' });
  linear.store.move(issue, linear.store.stateOf('ENG', 'Done'));
  await stage.handle('lifted').signal('issueChanged', {});
  linear.say(issue, 'continue', await linear.commentWith(issue, 'to a completed state'));
  await stage.handle('lifted').signal('issueChanged', {});
  await stage.until('lifted', ({ paused }) => !paused, 'the end of the pause');
  await stage.respond('lifted', (await stage.asked('lifted', 'plan')).requestId, 'approve');
  await waitFor(() => stage.log.includes('turn 1 of lifted.only.implement.1'), patiently);
  await save(stage, { workflowId: 'epic-lifted' });
  await linear.close();
}
