/** Verifies what a merge brought into the base, where the base moved in that moment, or somebody merged more. */
import { isCancellation, patched, TemporalFailure } from '@temporalio/workflow';
import type { EpicSettings } from '../contract/settings.ts';
import { failureMessage } from '../failure.ts';
import type { Epic } from './context.ts';
import { withDetached } from './detached-worktree.ts';
import { forgetOther, noteFault, takeFault, verifyBase } from './merging-state.ts';
import { type EpicData, requireSettings } from './state.ts';

const MOST_OF_FAULT = 500;

/**
 * Returns when it is green, or a person knows that it is not. Neither a host nor an answer is waited for once the epic is
 * cancelled: then its result says what is not known. A run that ended may have asked.
 */
export async function verifyMerged(epic: Epic): Promise<void> {
  const { data } = epic;
  // Histories from before did not look.
  if (!isUnsettled(data) || !patched('verify-merged')) return;
  try {
    await untilSettled(epic, requireSettings(data));
  } catch (error) {
    if (!isCancellation(error)) throw error;
    epic.withdrawOwn();
    noteFault(data, data.otherMerge?.fault ?? 'it was not verified: the epic was cancelled meanwhile');
    takeFault(data);
  }
  epic.tell('IN_PROGRESS', 'delivers what is merged');
}

async function untilSettled(epic: Epic, settings: EpicSettings): Promise<void> {
  const { data } = epic;
  if (settings.policy.verify.length === 0) forgetOther(data);
  while (isUnsettled(data)) {
    const fault = data.otherMerge?.fault ?? (await faultOf(epic, settings));
    if (fault === undefined) {
      forgetOther(data);
      return;
    }
    noteFault(data, fault.slice(0, MOST_OF_FAULT));
    if ((await askAboutFault(epic, settings, fault)) === 'retry') verifyBase(data);
    else takeFault(data);
  }
}

const isUnsettled = ({ otherMerge }: EpicData): boolean => otherMerge !== undefined && otherMerge.isTaken !== true;

/** Undefined when it is green. */
async function faultOf(epic: Epic, settings: EpicSettings): Promise<string | undefined> {
  const { data, epicId } = epic;
  const { repository, baseBranch, policy, policyHash } = settings;
  const commit = data.otherMerge?.isAgain === true ? baseBranch : (data.mergedSha as string);
  epic.tell('IN_PROGRESS', 'verifies the merge, which holds more than was verified');
  try {
    return await withDetached(epic, settings, { name: 'merged', commit }, async (placement, worktree, commitSha) => {
      const short = commitSha.slice(0, 12);
      const { green, checks } = await epic.onHost(placement, (host, begun) =>
        host.verify(`verify ${short}`, {
          ...{ epicId, repository, placement, worktree, taskKey: 'epic', commitSha, policy, policyHash },
          ...begun,
        }),
      );
      const red = checks.flatMap(({ name, exitCode }) => (exitCode === 0 ? [] : [name])).join(', ');
      const decision = `${baseBranch} is ${green ? 'green' : 'red'} as it was merged`;
      epic.logLine({ actor: 'factory', kind: 'decision', decision, reason: `${short}${green ? '' : `: ${red}`}` });
      return green ? undefined : `${short} is red: ${red}`;
    });
  } catch (error) {
    if (!(error instanceof TemporalFailure) || isCancellation(error)) throw error;
    return `it could not be verified: ${failureMessage(error)}`;
  }
}

/** Nothing can be taken back: whoever answers knows how the base stands, and so does whoever reads the result. */
async function askAboutFault(epic: Epic, { baseBranch }: EpicSettings, fault: string): Promise<string> {
  const reason = `${baseBranch} holds more than what was verified, and ${fault}`;
  if (!epic.isAsked('merged')) {
    epic.logFailure('the merge is not green', reason);
    epic.tell('BLOCKED', 'what came of its merge is not green', { kind: 'person', reason });
  }
  const answer = await epic.askPerson('merged', () => ({
    kind: 'question',
    question: `The epic is merged, but ${baseBranch} moved in that moment, or somebody merged more: ${reason}. Fix ${baseBranch} by hand or by another epic. Choose: retry (verifies ${baseBranch} as it is now) or done (the epic ends, and its result says that this is not green).`,
    options: ['retry', 'done'],
  }));
  return answer.decision;
}
