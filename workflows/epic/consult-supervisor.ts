/** Asks the Supervisor agent, as a child of the epic, for as long as a person may wait for its advice. */
import { CancellationScope, condition, patched, TemporalFailure } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import type { ParkedRound } from '../contract/agent.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { OpenedTranscript } from '../contract/transcript.ts';
import type { SubmitTriage } from '../contract/triage.ts';
import { failureMessage } from '../failure.ts';
import { TRIAGE_MS } from '../options.ts';
import { runUntil } from '../run-until.ts';
import type { Epic } from './context.ts';
import { runOwnAgent } from './own-agent.ts';

/** It has no tools but its answer, so that more turns are only for answers that were not accepted. */
const MOST_TURNS = 5;

export interface Consultation {
  /** The task, or the epic, in the log. */
  readonly name: string;
  readonly taskKey?: string;
  /** Names the wish for the agent, by which its transcript is found. */
  readonly openedBy: string;
  readonly settings: EpicSettings;
  /** Opens its transcript with the brief. */
  readonly open: () => Promise<OpenedTranscript>;
  /** Where a former run, or an earlier round of this one, left it. */
  readonly unpark: () => ParkedRound | undefined;
  readonly park: (parked: ParkedRound) => void;
  /** Nobody needs the advice any more. */
  readonly isUnwanted: () => boolean;
}

/**
 * Its answer; undefined when it gave up, has no budget left, took too long or is not wanted any more. The run may end
 * meanwhile: the agent is parked, and the next run goes on with it.
 */
export async function consult(epic: Epic, about: Consultation): Promise<SubmitTriage | undefined> {
  const { name, taskKey, isUnwanted } = about;
  const noAdvice = (why: string) =>
    epic.logLine({
      actor: 'factory',
      kind: 'failure',
      decision: `${name}: no advice of the Supervisor`,
      reason: why,
      taskKey,
    });
  const late = watchTime(epic);
  try {
    for (;;) {
      const done = await runUntil(
        () => late.isOver() || isUnwanted(),
        () => runSupervisor(epic, about),
      );
      if (done === undefined) noAdvice(late.isOver() ? 'it took too long' : 'it is not wanted any more');
      if (done?.result !== 'parked') return done?.result;
      await epic.runEnd.pass();
    }
  } catch (error) {
    // One that somebody cancelled by hand is one that failed.
    if (CancellationScope.current().consideredCancelled || !(error instanceof TemporalFailure)) throw error;
    noAdvice(failureMessage(error));
    return undefined;
  } finally {
    late.end();
  }
}

/** One round of the agent, which may be parked in its middle. */
async function runSupervisor(epic: Epic, about: Consultation): Promise<SubmitTriage | 'parked' | undefined> {
  const { taskKey, openedBy, settings, open } = about;
  const parked = about.unpark();
  const ended = await runOwnAgent(epic, {
    ...{ purpose: 'triage', openedBy, settings, open },
    ...(taskKey === undefined ? {} : { taskKey }),
    ...(parked === undefined ? {} : { parked }),
    ...{ turnLimit: MOST_TURNS, capMicroUsd: settings.supervisor?.budgetMicroUsd ?? 0 },
  });
  if ('parked' in ended) {
    about.park(ended.parked);
    return 'parked';
  }
  if (ended.outcome.kind !== 'triage') return undefined;
  const { kind: _, ...answer } = ended.outcome;
  return answer;
}

/** A paused epic's time does not count; after a pause of the whole factory, which no workflow hears of, it begins again. */
function watchTime({ data, epicId }: Epic) {
  const scope = new CancellationScope();
  let isOver = false;
  scope
    .run(async () => {
      for (let wasHeld = true; wasHeld; ) {
        const since = new Date().toISOString();
        await pass();
        // Histories from before did not ask.
        if (!patched('outlast-pause')) break;
        ({ wasHeld } = await factory.outlastPause('was the whole factory paused meanwhile?', { epicId, since }));
      }
      isOver = true;
    })
    // A Supervisor agent that cannot be asked does not keep a person waiting.
    .catch(() => {
      isOver = true;
    });
  return { isOver: () => isOver, end: () => scope.cancel() };

  async function pass(): Promise<void> {
    for (let leftMs = TRIAGE_MS; leftMs > 0; ) {
      await condition(() => !data.paused);
      const since = Date.now();
      await condition(() => data.paused, leftMs, { summary: 'the time for advice is over' });
      leftMs -= Date.now() - since;
    }
  }
}
