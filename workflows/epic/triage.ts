/** Asks the Supervisor agent about a task's failure that the fixed rules leave to a person. */
import { CancellationScope, condition, TemporalFailure } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { CAUSE_WORDS, type SubmitTriage, type TriageCause } from '../contract/triage.ts';
import { failureMessage } from '../failure.ts';
import { TRIAGE_MS } from '../options.ts';
import { runAgent } from '../run-agent.ts';
import { runUntil } from '../run-until.ts';
import type { Epic } from './context.ts';
import type { TaskEntry } from './state.ts';
import { beginTriage, endTriage, parkTriage, settle, unparkTriage, type Verdict } from './triage-state.ts';

/** It has no tools but its answer, so that more turns are only for answers that were not accepted. */
const MOST_TURNS = 5;

/**
 * What becomes of the task; undefined where no Supervisor agent is asked: it is off, or the cause is none of its own.
 * An agent that gives up, has no budget left or takes too long leaves the person without advice. The run may end
 * meanwhile: the agent is parked, and the next run goes on with it.
 */
export async function triage(epic: Epic, entry: TaskEntry): Promise<Verdict | undefined> {
  const { settings } = epic.data;
  const { supervisor } = settings ?? {};
  const cause = entry.escalation?.cause;
  if (settings === undefined || supervisor === undefined || cause === undefined) return undefined;
  const answer = await ask(epic, entry, { settings, cause });
  endTriage(entry);
  return settle(answer, { settings: supervisor, guided: entry.guided ?? 0 });
}

interface Asking {
  readonly settings: EpicSettings;
  readonly cause: TriageCause;
}

async function ask(epic: Epic, entry: TaskEntry, asking: Asking): Promise<SubmitTriage | undefined> {
  const { key } = entry.task;
  if (entry.triage === undefined) {
    epic.decide('factory', 'decision', `${key}: asks the Supervisor`, CAUSE_WORDS[asking.cause], key);
  }
  const late = watchTime(epic);
  try {
    for (;;) {
      const done = await runUntil(
        () => late.isOver() || entry.isCancelling === true,
        () => runSupervisor(epic, entry, asking),
      );
      if (done?.result !== 'parked') return answerOf(epic, key, done?.result);
      await epic.rests.pass();
    }
  } catch (error) {
    // One that somebody cancelled by hand is one that failed.
    if (CancellationScope.current().consideredCancelled || !(error instanceof TemporalFailure)) throw error;
    epic.decide('factory', 'failure', `${key}: no advice of the Supervisor`, failureMessage(error), key);
    return undefined;
  } finally {
    late.end();
  }
}

function answerOf(epic: Epic, key: string, answer: SubmitTriage | undefined): SubmitTriage | undefined {
  if (answer === undefined) {
    epic.decide('factory', 'failure', `${key}: no advice of the Supervisor`, 'it was ended before it had an answer', key);
  }
  return answer;
}

/** One round of the agent, as a child of the epic. */
async function runSupervisor(epic: Epic, entry: TaskEntry, asking: Asking): Promise<SubmitTriage | 'parked' | undefined> {
  const { epicId, data } = epic;
  const { settings, cause } = asking;
  const { key: taskKey } = entry.task;
  const { may = [], budgetMicroUsd = 0 } = settings.supervisor ?? {};
  const { openedBy } = beginTriage(entry);
  const parked = unparkTriage(entry);
  const { repository, baseBranch } = settings;
  const failure = entry.failure?.message ?? '';
  let child: string | undefined;
  try {
    const ended = await runAgent(
      {
        ...{ epicId, taskKey, purpose: 'triage', openedBy, settings, departures: epic.departures },
        isPaused: () => data.paused,
        ...(parked === undefined ? {} : { parked }),
        turnLimit: MOST_TURNS,
        capMicroUsd: budgetMicroUsd,
        open: () =>
          factory.openTriage(`ask the Supervisor about ${taskKey}: ${cause}`, {
            ...{ epicId, taskKey, openedBy, repository, base: data.epicBranch ?? baseBranch },
            brief: { cause, failure, may, isGuided: (entry.guided ?? 0) > 0 },
          }),
      },
      (workflowId, paused) => {
        child = workflowId;
        epic.adopt(workflowId, paused);
      },
    );
    if ('parked' in ended) {
      parkTriage(entry, ended.parked);
      return 'parked';
    }
    if (ended.outcome.kind !== 'triage') return undefined;
    const { kind: _, ...answer } = ended.outcome;
    return answer;
  } finally {
    if (child !== undefined) epic.children.delete(child);
  }
}

/** How long a person waits for advice, at most; a paused epic's time does not count. */
function watchTime({ data }: Epic) {
  const scope = new CancellationScope();
  let isOver = false;
  scope
    .run(async () => {
      for (let leftMs = TRIAGE_MS; leftMs > 0; ) {
        await condition(() => !data.paused);
        const since = Date.now();
        await condition(() => data.paused, leftMs, { summary: 'the time for advice is over' });
        leftMs -= Date.now() - since;
      }
      isOver = true;
    })
    .catch(() => undefined);
  return { isOver: () => isOver, end: () => scope.cancel() };
}
