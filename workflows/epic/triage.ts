/** What the Supervisor agent makes of a task's failure that the fixed rules leave to a person. */
import { factory } from '../activities.ts';
import { CAUSE_WORDS } from '../contract/triage.ts';
import { consult } from './consult-supervisor.ts';
import type { Epic } from './context.ts';
import type { TaskEntry } from './state.ts';
import { beginTriage, endTriage, mayNow, parkTriage, settle, unparkTriage, type Verdict } from './triage-state.ts';

/** What becomes of the task; undefined where no Supervisor agent is asked: it is off, or the cause is none of its own. */
export async function triage(epic: Epic, entry: TaskEntry): Promise<Verdict | undefined> {
  const { epicId, data } = epic;
  const { settings } = data;
  const cause = entry.escalation?.cause;
  if (settings?.supervisor === undefined || cause === undefined) return undefined;
  const { supervisor, repository, baseBranch } = settings;
  const { key: taskKey } = entry.task;
  if (entry.triage === undefined) {
    epic.logLine({
      actor: 'factory',
      kind: 'decision',
      decision: `${taskKey}: asks the Supervisor`,
      reason: CAUSE_WORDS[cause],
      taskKey,
    });
  }
  const { openedBy } = beginTriage(entry);
  const { guided = 0, failure } = entry;
  const answer = await consult(epic, {
    ...{ name: taskKey, taskKey, openedBy, settings },
    unpark: () => unparkTriage(entry),
    park: (parked) => parkTriage(entry, parked),
    isUnwanted: () => entry.isCancelling === true,
    open: () =>
      factory.openTriage(`ask the Supervisor about ${taskKey}: ${cause}`, {
        ...{ epicId, taskKey, openedBy, repository, base: data.epicBranch ?? baseBranch },
        brief: { cause, failure: failure?.message ?? '', may: mayNow(data, supervisor), isGuided: guided > 0 },
      }),
  });
  endTriage(entry);
  const inForce = { ...supervisor, may: mayNow(data, supervisor) };
  return settle(answer, { settings: inForce, guided, isCancelling: entry.isCancelling === true });
}
