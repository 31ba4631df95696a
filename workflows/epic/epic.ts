/** One epic: from its title to merged code. */
import {
  CancellationScope,
  continueAsNew,
  isCancellation,
  log,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { factory, transfers } from '../activities.ts';
import { EpicIdFromWorkflow, EpicInput } from '../contract/epic.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { EpicState } from '../contract/states.ts';
import { endedBy, failureMessage } from '../failure.ts';
import { parse } from '../handlers.ts';
import { admission, isAskedAbout } from './admission.ts';
import { type Epic, openEpic } from './context.ts';
import { readyToContinue } from './continue-as-new.ts';
import { followIssue, sayLastWords } from './issue.ts';
import { mergeEpic } from './merge-epic.ts';
import { noteUndelivered, setMerged, setNothingMerged } from './merging-state.ts';
import { type Messages, registerMessages } from './messages.ts';
import { settlePlan } from './plan.ts';
import { runTasks } from './run-tasks.ts';
import { followStalls } from './stalls.ts';
import { cancelParked } from './start-task.ts';
import { type EpicData, isMerged, isSingle, newEpic, nothingMerged, requireSettings, takeCarry } from './state.ts';
import { setBranch, setSettings } from './status-state.ts';
import { askToFix, untilFixed } from './until-fixed.ts';
import { verifyMerged } from './verify-merged.ts';

export interface EpicResult {
  readonly mergedSha: string;
  readonly pullRequest: number | null;
}

/**
 * Claims its id, waits for admission, plans, runs the tasks, merges them as one and tells the source.
 * Survives: everything that Temporal survives; continues as new between tasks. Its input may come from anybody.
 * Messages: updates `respond`, `cancelTask`, `retryTask`, `skipTask`, `addTask`, `rewindTask`, `revisePlan`,
 * `interruptTask`, `interrupt`, `raiseBudget`,
 * `pause`, `resume`;
 * signals `approve`, `reject`, `pause`, `resume`, `pullRequestChanged`, `issueChanged`, and from its tasks and the
 * supervisor `askPerson`, `grantTurn`, `taskRewound`, `taskHeard`, `admitted`, `settled`, `stalled`; query `status`;
 * cancelling is Temporal's own cancellation.
 * Fails: InvalidInput, EpicExists, EpicFailed.
 */
export async function epicWorkflow(rawInput: unknown, carry?: EpicData): Promise<EpicResult> {
  const epicId = parse(EpicIdFromWorkflow, workflowInfo().workflowId, 'The workflow id (epic-<id>)');
  // Anybody can start an epic with a second input; only our own former run is believed.
  const former = workflowInfo().continuedFromExecutionRunId === undefined ? undefined : takeCarry(carry);
  const data = former ?? newEpic(parse(EpicInput, rawInput, 'The epic'), new Date().toISOString());
  const epic = openEpic(epicId, data);
  const messages = registerMessages(epic);
  epic.publish();
  // Fails EpicExists when another chain owns the id; then nothing of it may be touched, its last record included.
  await epic.flush();
  const talk = startTalk(epic);
  const work = async () => {
    // A former run's merge is delivered by this one.
    if (!isMerged(data) || epic.isAsked('late')) await mergeAll(epic, messages);
    await verifyMerged(epic);
    // What is merged is merged, whoever cancels meanwhile.
    await CancellationScope.nonCancellable(() => complete(epic, talk));
  };
  try {
    await Promise.race([work(), epic.runEnd.due().then(() => continueFrom(epic))]);
    return { mergedSha: data.mergedSha ?? '', pullRequest: data.pullRequest?.number ?? null };
  } catch (thrown) {
    const error = endedBy(thrown);
    // Anything else is a mistake of ours (or continue-as-new): the workflow task fails and is tried again.
    if (error instanceof TemporalFailure) {
      await end(epic, { talk, final: isCancellation(error) ? 'CANCELLED' : 'FAILED', error });
    }
    throw error;
  }
}

/** With the next run. The data has the input; twice it could be more than Temporal takes. */
async function continueFrom(epic: Epic): Promise<never> {
  await readyToContinue(epic);
  const { title } = epic.data.input;
  return continueAsNew<typeof epicWorkflow>({ title }, epic.data);
}

/** Beside the epic's own work, which does not fail with it. */
function startTalk(epic: Epic): CancellationScope {
  const talk = new CancellationScope();
  talk
    .run(() => followIssue(epic))
    .catch((error: unknown) => {
      if (!isCancellation(error)) log.error('The epic talks to its issue no more', { error });
    });
  talk
    .run(() => followStalls(epic))
    .catch((error: unknown) => {
      if (!isCancellation(error)) log.error('Nobody looks whether the epic moves', { error });
    });
  return talk;
}

interface Ending {
  readonly talk: CancellationScope;
  readonly final: EpicState;
  readonly error?: unknown;
}

async function end(epic: Epic, { talk, final, error }: Ending): Promise<void> {
  talk.cancel();
  await cancelParked(epic);
  await epic.close(final, error);
  await sayLastWords(epic, final, error === undefined ? '' : failureMessage(error));
}

async function mergeAll(epic: Epic, messages: Messages): Promise<void> {
  const { data, epicId } = epic;
  if (!isAskedAbout(epic)) await admission(epic);
  const open = () => transfers.openEpic('read the repository and what is in force', { epicId, input: data.input });
  const settings =
    data.settings ??
    (await untilFixed(epic, { about: 'mend-repository', what: 'The repository cannot be used' }, open));
  if (data.settings === undefined) {
    for (const note of settings.notes ?? [])
      epic.logLine({ actor: 'factory', kind: 'decision', decision: 'most likely not meant', reason: note });
  }
  setSettings(data, settings);
  await settlePlan(epic, settings);
  const branching = { about: 'mend-branch', what: 'The epic’s branch cannot be made' };
  await untilFixed(epic, branching, () => openEpicBranch(epic, settings));
  for (;;) {
    if (!isAskedAbout(epic)) await admission(epic);
    // Asked about the whole, whose tasks are done.
    if (data.stage !== 'merging' || Object.keys(data.asked).length === 0) await runTasks(epic, messages, settings);
    if (await merged(epic, messages, settings)) return;
  }
}

/** An epic of one task has merged it already; every other merges its branch. */
async function merged(epic: Epic, { watch }: Messages, settings: EpicSettings): Promise<boolean> {
  const { data } = epic;
  if (data.tasks.every(({ mergedSha }) => mergedSha === undefined)) {
    setNothingMerged(data, nothingMerged(data.tasks));
    return true;
  }
  const [only] = data.tasks;
  if (!isSingle(data)) {
    // Somebody may do by hand what the factory could not.
    const overtaking = { looks: watch.looks, isOvertaken: () => watch.news() !== undefined };
    const merging = { about: 'mend-merge', what: 'The tasks cannot be merged together', overtaking };
    return untilFixed(epic, merging, () => mergeEpic(epic, watch, settings));
  }
  if (only?.mergedSha !== undefined) setMerged(data, only.mergedSha, only.isOther);
  return true;
}

/** The plan's size decides for good whether the epic has a branch of its own. */
async function openEpicBranch(epic: Epic, { repository, baseBranch }: EpicSettings): Promise<void> {
  const { data, epicId } = epic;
  if (isSingle(data) || data.epicBranch !== undefined) return;
  const made = await factory.ensureEpicBranch('the epic’s branch', { repository, epicId, baseBranch });
  const { branch, headSha, isNew = false } = made;
  setBranch(data, { branch, headSha, isNew });
}

const MOST_OF_REASON = 500;

/** The base branch holds the work already; a source that cannot take it is told and may be skipped. */
async function complete(epic: Epic, talk: CancellationScope): Promise<void> {
  const step = { about: 'mend-delivery', what: 'The result is merged, but cannot be delivered to the source' };
  const askToDeliver = (error?: unknown) => askToFix(epic, { ...step, error, options: ['retry', 'skip'] });
  // Asked by the former run.
  let isSkipped = epic.isAsked('mend-delivery') && (await askToDeliver()) === 'skip';
  while (!isSkipped && epic.data.nothingMerged === undefined) {
    try {
      await deliver(epic);
      noteUndelivered(epic.data, undefined);
      break;
    } catch (error) {
      noteUndelivered(epic.data, failureMessage(error).slice(0, MOST_OF_REASON));
      isSkipped = (await askToDeliver(error)) === 'skip';
    }
  }
  await end(epic, { talk, final: 'COMPLETED' });
}

async function deliver(epic: Epic): Promise<void> {
  const { data, epicId } = epic;
  const { repository, baseBranch } = requireSettings(data);
  const mergedSha = data.mergedSha as string;
  const { delivered } = await transfers.deliverResult('deliver to the source', {
    repository,
    epicId,
    baseBranch,
    mergedSha,
  });
  epic.logLine({ actor: 'factory', kind: 'transition', decision: 'delivered', reason: delivered });
}
