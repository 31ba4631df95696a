/** Beside the epic's work: the Supervisor agent, then a person, looks at an epic that has not moved for an hour. */
import { condition } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { consult } from './consult-supervisor.ts';
import type { Epic } from './context.ts';
import { openRequests } from './requests.ts';
import { type EpicData, nextNumber } from './state.ts';
import { endStall, hasMoved, parkStall, settleStall, unparkStall } from './triage-state.ts';

/** Ends with the scope that it is called in. The reconciler notices; until it does this leaves no trace in history. */
export async function followStalls(epic: Epic): Promise<void> {
  const { data, runEnd } = epic;
  for (;;) {
    await condition(() => data.stall !== undefined && !runEnd.isEnding());
    runEnd.beginWork();
    try {
      await judge(epic, data.stall as NonNullable<EpicData['stall']>);
    } finally {
      runEnd.endWork();
    }
  }
}

async function judge(epic: Epic, { since, openedBy }: NonNullable<EpicData['stall']>): Promise<void> {
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
    if (verdict.action === 'ask_human' && !hasMoved(data)) ask(epic, since, verdict.advice);
  }
  endStall(data);
}

const isStall = ({ requestId }: { readonly requestId: string }): boolean => requestId.startsWith('stalled-');
const isAsked = ({ requests }: EpicData): boolean => openRequests(requests).some(isStall);

/** The work goes on beside the question, should it be able to. */
function ask(epic: Epic, since: string, advice: string | undefined): void {
  const { data, workflowId } = epic;
  epic.open({
    ...{ requestId: `stalled-${nextNumber(data)}`, kind: 'question', askedBy: workflowId },
    question: `Nothing of the epic has moved since ${since}, and no part of it says that it is waiting. Choose: wait (leaves the epic alone and looks again later) or cancel (ends the epic).${advice === undefined ? '' : `\n${advice}`}`,
    options: ['wait', 'cancel'],
  });
}
