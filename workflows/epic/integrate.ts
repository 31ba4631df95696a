/** The epic's own pull request: its branch with the base brought in, verified as a whole and opened for merging. */
import { patched } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { allowedSecrets } from '../allowed-secrets.ts';
import { bringBase, type Obstacle, type ReadyPullRequest } from '../approve-and-merge.ts';
import type { Placement } from '../contract/placement.ts';
import type { Feedback } from '../contract/pull-request.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { withoutTurn } from '../line/turn.ts';
import { answerPeople } from '../pull-request/answer.ts';
import { awaitOvertaking, isOvertaken, openingOf } from '../pull-request/open.ts';
import { noteHead } from '../pull-request/state.ts';
import type { Watch } from '../pull-request/watch.ts';
import type { Epic } from './context.ts';
import { withDetached } from './detached-worktree.ts';
import { moveBase, noteOpened, setNoTests } from './merging-state.ts';
import { epicPullRequestBody } from './pull-request-body.ts';
import { type EpicData, findTask } from './state.ts';

/** The integration check: base and all tasks together, at the exact commit that will be merged. */
export async function integrate(
  epic: Epic,
  watch: Watch,
  settings: EpicSettings,
): Promise<ReadyPullRequest | Obstacle> {
  const branch = epic.data.epicBranch as string;
  for (;;) {
    await epic.pausePoint();
    countAgain(epic);
    epic.tell('IN_PROGRESS', 'merges the tasks together and verifies the result');
    await bringBase(settings, epic.data.baseSha, (question) => askAboutBase(epic, question));
    const ready = await withDetached(epic, settings, { name: 'integration', commit: branch }, (placement, worktree) =>
      integrateIn(epic, settings, { placement, worktree }),
    );
    if (ready === undefined) continue;
    if (ready.kind === 'ready') await openPullRequest(epic, watch, settings, ready.headSha);
    return ready;
  }
}

/** A question gives the slot back and its answer takes it again. One that was overtaken, by a push say, has no answer. */
function countAgain({ data, takeAdmissionAgain }: Epic): void {
  // Histories from before worked on without one.
  if (!data.admitted && data.isInLine !== true && patched('overtaken-slot')) takeAdmissionAgain();
}

/** Undefined when it is to be done again: the epic was paused before the push, or another factory.yaml was adopted. */
async function integrateIn(
  epic: Epic,
  settings: EpicSettings,
  { placement, worktree }: { readonly placement: Placement; readonly worktree: string },
): Promise<ReadyPullRequest | Obstacle | undefined> {
  const { data, epicId } = epic;
  const { repository, baseBranch, policy, policyHash } = settings;
  const branch = data.epicBranch as string;
  const at = { epicId, repository, placement, worktree };
  const merged = await epic.onHost(placement, (host) =>
    host.mergeTarget(`merge ${baseBranch} into ${branch}`, {
      ...at,
      targetBranch: baseBranch,
      message: `Merge ${baseBranch} into ${branch}`,
    }),
  );
  if (merged.kind === 'conflict') return merged;
  const { headSha, treeSha, targetSha, diffHash } = merged;
  const verified = await epic.onHost(placement, (host, begun) =>
    host.verify(`verify ${headSha.slice(0, 8)}`, {
      ...{ ...at, taskKey: 'epic', commitSha: headSha, policy, policyHash },
      ...begun,
    }),
  );
  // Another factory.yaml was adopted meanwhile.
  if (settings.policyHash !== policyHash) return undefined;
  setNoTests(data, verified.noTests);
  if (!verified.green) return { kind: 'red', commitSha: headSha };
  if (merged.kind === 'merged') {
    if (data.paused) return undefined;
    noteHead(data.memory, headSha);
    const { secretsAllowedIn } = policy;
    await epic.onHost(placement, (host) =>
      host.pushBranch(`push ${headSha.slice(0, 8)}`, {
        ...{ ...at, branch, headSha, secretsAllowedIn },
        allowedSecrets: allowedSecrets(data.requests),
      }),
    );
  }
  // Not before the branch holds it on the forge.
  moveBase(data, targetSha);
  return { kind: 'ready', headSha, treeSha, targetSha, diffHash, policyHash };
}

export function askAboutBase(epic: Epic, question = ''): Promise<unknown> {
  if (!epic.isAsked('base')) {
    epic.tell('BLOCKED', 'the base branch conflicts', { kind: 'person', reason: question });
  }
  const asking = () => ({ kind: 'conflict' as const, question, options: ['retry', 'cancel'] });
  return withoutTurn(epic.turn, () => epic.askPerson('base', asking));
}

async function openPullRequest(epic: Epic, watch: Watch, settings: EpicSettings, headSha: string): Promise<void> {
  const { data, epicId } = epic;
  const { repository, baseBranch: base } = settings;
  const opened = await factory.openPullRequest('the epic’s pull request', {
    ...{ epicId, repository, head: data.epicBranch as string, base },
    title: data.input.title,
    body: epicPullRequestBody(data),
    ...openingOf(data),
  });
  if (isOvertaken(data, opened)) await awaitOvertaking({ data, watch }, opened, headSha);
  else noteOpened(data, { ...opened, headSha });
  epic.publish();
  const { number } = opened;
  const wordsFor = ({ id }: Feedback) => wordsOf(data, id, headSha);
  await answerPeople(data.memory, { repository, number, wordsFor, say: epic.logFailure });
}

/** What came of somebody's words on the epic's pull request. */
function wordsOf(data: EpicData, feedbackId: string, headSha: string): string {
  const taskKey = data.changes?.[feedbackId];
  const isLeftOut = taskKey !== undefined && (findTask(data, taskKey)?.skipped ?? true);
  if (isLeftOut) return `Task ${taskKey} was made of it, which a person left out in the end.`;
  return `In ${headSha}: ${taskKey === undefined ? 'a task' : `task ${taskKey}`} was made of it, and is merged.`;
}
