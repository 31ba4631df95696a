/** Beside the epic's work: the Supervisor agent, then a person, looks at an epic that has not moved for an hour. */
import { condition, patched } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { isAskedAbout } from './admission.ts';
import { consult } from './consult-supervisor.ts';
import type { Epic } from './context.ts';
import { isAboutStall, leaveRequests, openRequests, stallRequestId } from './requests.ts';
import { type EpicData, nextNumber } from './state.ts';
import { endStall, hasMoved, noteStallAsked, parkStall, settleStall, unparkStall } from './triage-state.ts';

/** Ends with the scope that it is called in. The reconciler notices; until it does this leaves no trace in history. */
export async function followStalls(epic: Epic): Promise<void> {
  const { data, runEnd } = epic;
  for (;;) {
    await condition(() => data.stall !== undefined && !runEnd.isEnding());
    runEnd.beginWork();
    try {
      const stall = data.stall as Stall;
      // A former run may have asked.
      const requestId = stall.requestId ?? (await judge(epic, stall));
      if (requestId !== undefined) await untilAnswered(epic, requestId);
      endStall(data);
    } finally {
      runEnd.endWork();
    }
  }
}

type Stall = NonNullable<EpicData['stall']>;

/** Returns the id of the question to a person, if one was asked. */
async function judge(epic: Epic, { since, openedBy }: Stall): Promise<string | undefined> {
  const { data, epicId } = epic;
  const { settings } = data;
  if (settings?.supervisor !== undefined && !isAsked(data)) {
    const { supervisor, repository, baseBranch } = settings;
    const answer = await consult(epic, {
      ...{ name: 'the epic', openedBy, settings },
      unpark: () => unparkStall(data),
      park: (parked) => parkStall(data, parked),
      isUnwanted: () => data.stall === undefined,
      open: () =>
        factory.openTriage('ask the Supervisor about an epic that does not move', {
          ...{ epicId, openedBy, repository, base: baseBranch },
          brief: {
            cause: 'stalled',
            failure: `Nothing has moved since ${since}.`,
            may: supervisor.may,
            isGuided: false,
          },
        }),
    });
    const verdict = settleStall(answer, supervisor);
    const words = verdict.advice === undefined ? verdict.reason : `${verdict.reason}. ${verdict.advice}`;
    epic.logLine({ actor: 'SUPERVISOR', kind: 'decision', decision: `the epic: ${verdict.action}`, reason: words });
    // It may have moved while the Supervisor thought.
    if (verdict.action === 'ask_human' && !hasMoved(data)) return ask(epic, since, verdict.advice);
  }
  return undefined;
}

const isAsked = ({ requests }: EpicData): boolean => openRequests(requests).some(isAboutStall);

/** Waits for the answer. Withdraws the question when the epic moves again, so that nobody looks for a cause that is gone. */
async function untilAnswered(epic: Epic, requestId: string): Promise<void> {
  const { data, runEnd } = epic;
  const isOpen = () => openRequests(data.requests).some((open) => open.requestId === requestId);
  await runEnd.until(() => !isOpen() || hasMoved(data));
  if (!isOpen()) return;
  leaveRequests(data.requests, (_, request) => request.requestId === requestId, new Date().toISOString());
  epic.publish();
  // The slot was given back if no task ran while the question was open.
  if (!isAskedAbout(epic)) epic.takeAdmissionAgain();
}

/** The work goes on beside the question, should it be able to. */
function ask(epic: Epic, since: string, advice: string | undefined): string | undefined {
  const { data, workflowId } = epic;
  const requestId = stallRequestId(nextNumber(data));
  epic.open({
    ...{ requestId, kind: 'question', askedBy: workflowId },
    question: `Nothing of the epic has moved since ${since}, and no part of it says that it is waiting. Choose: wait (leaves the epic alone and looks again later) or cancel (ends the epic).${advice === undefined ? '' : `\n${advice}`}`,
    options: ['wait', 'cancel'],
  });
  // Epics from before this pin left the question open until somebody answered.
  if (!patched('stall-over')) return undefined;
  noteStallAsked(data, requestId);
  return requestId;
}
