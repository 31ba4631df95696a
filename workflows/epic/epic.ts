/** One epic: from its title to merged code. */
import { ApplicationFailure, isCancellation, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { EpicIdFromWorkflow, EpicInput } from '../contract/epic.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { parse } from '../handlers.ts';
import { admission } from './admission.ts';
import { type Epic, openEpic } from './context.ts';
import { mergeEpic } from './integrate.ts';
import { type Messages, registerMessages } from './messages.ts';
import { settlePlan } from './plan.ts';
import { runTasks } from './run-tasks.ts';
import { type EpicData, isSingle, newEpic } from './state.ts';

export interface EpicResult {
  readonly mergedSha: string;
  readonly pullRequest: number | null;
}

/**
 * Claims its id, waits for admission, plans, runs the tasks, merges them as one and tells the source.
 * Survives: everything that Temporal survives; continues as new between tasks. Its input may come from anybody.
 * Messages: updates `respond`, `cancelTask`, `retryTask`, `skipTask`, `addTask`, `raiseBudget`, `pause`, `resume`;
 * signals `approve`, `reject`, `pause`, `resume`; query `status`; cancelling is Temporal's own cancellation.
 * Fails: InvalidInput, EpicExists, RepositoryMissing, BaseBranchMissing, EpicFailed.
 */
export async function epicWorkflow(rawInput: unknown, carry?: EpicData): Promise<EpicResult> {
  const epicId = parse(EpicIdFromWorkflow, workflowInfo().workflowId, 'The workflow id (epic-<id>)');
  const data = carry ?? newEpic(parse(EpicInput, rawInput, 'The epic'));
  const epic = openEpic(epicId, data);
  const messages = registerMessages(epic);
  epic.publish();
  // Fails EpicExists when another chain owns the id; then nothing of it may be touched, its last record included.
  await epic.flush();
  try {
    await mergeAll(epic, messages);
    await epic.close('COMPLETED');
    return { mergedSha: data.mergedSha ?? '', pullRequest: data.pullRequest?.number ?? null };
  } catch (error) {
    // Anything else is a mistake of ours (or continue-as-new): the workflow task fails and is tried again.
    if (error instanceof TemporalFailure) await epic.close(isCancellation(error) ? 'CANCELLED' : 'FAILED', error);
    throw error;
  }
}

async function mergeAll(epic: Epic, messages: Messages): Promise<void> {
  const { data, epicId } = epic;
  await admission(epic);
  const settings =
    data.settings ??
    (await factory.openEpic('read the repository and what is in force', { epicId, input: data.input }));
  data.settings = settings;
  await settlePlan(epic, settings);
  await openEpicBranch(epic, settings);
  for (;;) {
    await runTasks(epic, messages, settings);
    if (await merged(epic, settings)) break;
  }
  await deliver(epic, settings);
}

/** An epic of one task has merged it already; every other merges its branch. */
async function merged(epic: Epic, settings: EpicSettings): Promise<boolean> {
  const { data } = epic;
  if (data.tasks.every((entry) => entry.skipped)) {
    throw ApplicationFailure.nonRetryable('Every task was skipped, so there is nothing to merge', 'EpicFailed');
  }
  const [only] = data.tasks;
  if (!isSingle(data)) return mergeEpic(epic, settings);
  if (only?.mergedSha !== undefined) data.mergedSha = only.mergedSha;
  return true;
}

/** The plan's size decides for good whether the epic has a branch of its own. */
async function openEpicBranch(epic: Epic, { repository, baseBranch }: EpicSettings): Promise<void> {
  const { data, epicId } = epic;
  if (isSingle(data) || data.epicBranch !== undefined) return;
  const { branch } = await factory.ensureEpicBranch('the epic’s branch', { repository, epicId, baseBranch });
  data.epicBranch = branch;
}

async function deliver(epic: Epic, { repository, baseBranch }: EpicSettings): Promise<void> {
  const { data, epicId } = epic;
  const mergedSha = data.mergedSha as string;
  const { delivered } = await factory.deliverResult('deliver to the source', {
    repository,
    epicId,
    baseBranch,
    mergedSha,
  });
  epic.decide('factory', 'transition', 'delivered', delivered);
}
