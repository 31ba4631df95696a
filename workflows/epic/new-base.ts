/** The base branch was rewritten: one question, and the epic goes on from the new one without what was dropped. */
import { ApplicationFailure, patched } from '@temporalio/workflow';
import { allowedSecrets } from '../allowed-secrets.ts';
import type { RewrittenBase } from '../contract/base.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { Epic } from './context.ts';
import { withDetached } from './detached-worktree.ts';
import { agreeToNewBase, noteMoved, restartMerging, takeNewBase } from './merging-state.ts';
import { untilFixed } from './until-fixed.ts';

/** The facts of a failure BaseRewritten; undefined for any other. */
export function rewrittenBase(error: unknown): RewrittenBase | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof ApplicationFailure)) continue;
    if (cause.type !== 'BaseRewritten') return undefined;
    return cause.details?.find(isFact)?.rewritten;
  }
  return undefined;
}

const isFact = (detail: unknown): detail is { rewritten: RewrittenBase } =>
  typeof detail === 'object' && detail !== null && 'rewritten' in detail;

/**
 * Asks about `data.rewritten`, once for the epic, and takes the epic's own branch over; its tasks take theirs over when
 * they start again. What is asked about merging by then has lost its point: an approval was for the dropped history.
 */
export async function goOnFromNewBase(epic: Epic, settings: EpicSettings): Promise<void> {
  const { data } = epic;
  const { rewritten } = data;
  if (rewritten === undefined) return;
  epic.countsOwnQuestions ||= patched('own-questions');
  if (rewritten.isAgreed !== true) {
    await askToGoOn(epic, settings, rewritten);
    agreeToNewBase(data);
  }
  await epic.pausePoint();
  // Nothing else says so while other tasks run.
  if (epic.countsOwnQuestions && !epic.isAsked('mend-base')) epic.tell('IN_PROGRESS', 'moves onto the rewritten base');
  // An approval was for what stood on the dropped history.
  restartMerging(data);
  const what = 'What is merged into the epic’s branch cannot be taken over onto the new base';
  const baseSha = await untilFixed(epic, { about: 'mend-base', what }, () => takeOver(epic, settings, rewritten));
  takeNewBase(data, baseSha);
  epic.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `goes on from the rewritten ${settings.baseBranch}`,
    reason: baseSha,
  });
}

/** Shows what the whole epic waits for. */
export function reportRewritten({ data, tell }: Epic, settings: EpicSettings): void {
  if (data.rewritten === undefined) return;
  tell('BLOCKED', 'the base branch was rewritten', { kind: 'person', reason: reasonOf(settings, data.rewritten) });
}

const reasonOf = ({ repository, baseBranch }: EpicSettings, { known, now }: RewrittenBase): string =>
  `${baseBranch} of ${repository} was rewritten: it is at ${now.slice(0, 12)} and no longer holds ${known.slice(0, 12)}`;

async function askToGoOn(epic: Epic, settings: EpicSettings, rewritten: RewrittenBase): Promise<void> {
  const { baseBranch } = settings;
  const reason = reasonOf(settings, rewritten);
  if (!epic.isAsked('new-base')) epic.logFailure('the base branch was rewritten', reason);
  reportRewritten(epic, settings);
  await epic.askPerson('new-base', () => ({
    kind: 'question',
    question: `${reason}, which this epic is built on. Until you decide, the factory pushes and merges nothing of the epic. Choose: go-on (moves its changes onto the new ${baseBranch}, leaves out the dropped commits, then verifies, reviews and asks for your approval again) or cancel (ends the epic).`,
    options: ['go-on', 'cancel'],
  }));
}

/** Returns the commit that the epic is built on then. An epic of one task has no branch of its own. */
async function takeOver(epic: Epic, settings: EpicSettings, { now }: RewrittenBase): Promise<string> {
  const { data, epicId } = epic;
  const { epicBranch: branch, baseSha: sha } = data;
  if (branch === undefined || sha === undefined) return now;
  const { repository, baseBranch, policy } = settings;
  // At the same place.
  await epic.answeringMail;
  const taken = await withDetached(epic, settings, { name: 'new-base', commit: branch }, (placement) =>
    epic.onHost(placement, (host) =>
      host.takeOverEpicBranch(`take ${branch} over onto ${baseBranch}`, {
        ...{ epicId, repository, placement, branch, secretsAllowedIn: policy.secretsAllowedIn },
        allowedSecrets: allowedSecrets(data.requests),
        base: { branch: baseBranch, sha },
      }),
    ),
  );
  noteMoved(data, taken.headSha);
  return taken.baseSha;
}
