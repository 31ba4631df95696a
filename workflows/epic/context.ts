/** An epic's execution: its data, how it tells of itself, and how it asks people. */
import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  log,
  type SignalDefinition,
  workflowInfo,
} from '@temporalio/workflow';
import { factory, records } from '../activities.ts';
import { type Acknowledgement, already, done, type Person, pauseSignal, resumeSignal } from '../contract/epic.ts';
import type { Placement } from '../contract/placement.ts';
import type { EpicView } from '../contract/records.ts';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes.ts';
import type { EpicState } from '../contract/states.ts';
import { parkSignal, personAnsweredSignal } from '../contract/task.ts';
import { type HostWork, runOnHost } from '../host.ts';
import { createHostDepartures } from '../host-departures.ts';
import type { Turn } from '../line/turn.ts';
import { createPausePoint } from '../pause.ts';
import { createRunEnd, mustDrain } from '../run-end.ts';
import { createStatus } from '../status.ts';
import { createAdmissionSlot } from './admission-slot.ts';
import { closeAll } from './close-pull-requests.ts';
import { notePausing } from './issue-state.ts';
import { mergeFault } from './merging-state.ts';
import { createQuestions } from './questions.ts';
import { createReceivedUpdates } from './received-updates.ts';
import { openRequests } from './requests.ts';
import type { EpicData } from './state.ts';
import { endTasks, setPaused, setStatus } from './status-state.ts';
import { viewOf } from './view.ts';
import { epicDetails } from './web-ui-details.ts';

const MOST_OF_PHASE = 300;

/** Tells of the epic for the first time, which claims its id; handlers are registered by messages.ts. */
export function openEpic(epicId: string, data: EpicData) {
  const { workflowId } = workflowInfo();
  const runEnd = createRunEnd();
  let sending = 0;

  const status = createStatus<EpicState, EpicView>({
    name: 'recordEpic',
    epicId,
    ignored: data.ignored,
    standing: () => data,
    stand: (now) => setStatus(data, now),
    view: (end) => viewOf(epicId, data, end),
    details: (end) => epicDetails(epicId, data, end),
    attributes: () => [
      { key: SEARCH_ATTRIBUTES.state, value: data.state },
      { key: SEARCH_ATTRIBUTES.phase, value: data.phase },
      { key: SEARCH_ATTRIBUTES.needsHuman, value: openRequests(data.requests).length > 0 },
      ...(data.settings === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.repository, value: data.settings.repository }]),
      ...(data.input.source === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.issue, value: data.input.source.id }]),
    ],
    write: (record) => records.recordEpic('record', record),
  });

  const epic = {
    epicId,
    workflowId,
    data,
    /** Open children by workflow id: pauses are sent on to them. */
    children: new Set<string>(),
    /** Hosts of its own work that signed off; messages.ts listens. */
    departures: createHostDepartures(),
    runEnd,
    ...status,
    /** How often somebody said that the issue changed. */
    issueChanges: 0,
    /** The Orchestrator answers its mail, at the epic's own place. */
    answeringMail: undefined as Promise<void> | undefined,
    /** Whether tasks that wait for the epic's own questions count as waiting for a person: not before pin `own-questions`. */
    countsOwnQuestions: false,
    /** How often a policy was adopted that lets more tasks run at once. */
    timesWidened: 0,
    /** Its pull request is being merged: whether it was must be known before anything else happens. */
    isMerging: false,
    /** Its place in the line to its base branch, once its handlers are registered. */
    turn: undefined as Turn | undefined,
    receivedUpdates: createReceivedUpdates(epicId, data, { isEnding: status.hasEnded, record: status.applied }),

    /** Work of the epic's own on a host where it has a place. */
    onHost: <T>(placement: Placement, work: HostWork<T>): Promise<T> =>
      runOnHost(placement, work, { departures: epic.departures }),

    /** A signal to another workflow can meet a closed one; that is said and changes nothing. */
    send<Message>(target: string, signal: SignalDefinition<[unknown?]>, message: Message): void {
      sending += 1;
      getExternalWorkflowHandle(target)
        .signal(signal, message)
        .catch((error: unknown) => {
          log.info(`${signal.name} met a closed workflow`, { target, error });
        })
        .finally(() => {
          sending -= 1;
        });
    },

    /** Waits for what is being sent: it would be lost with the run. */
    sent: (): Promise<void> => condition(() => sending === 0),

    /** From now on pauses are sent on to it; it may have been paused or resumed while it was started. */
    adopt(child: string, paused: boolean): void {
      epic.children.add(child);
      if (data.paused !== paused) epic.send(child, data.paused ? pauseSignal : resumeSignal, {});
      if (mustDrain()) epic.send(child, parkSignal, {});
    },

    ...createQuestions({
      ...{ workflowId, data, runEnd },
      logLine(line) {
        epic.logLine(line);
      },
      answer(askedBy, answer) {
        epic.send(askedBy, personAnsweredSignal, answer);
      },
      release() {
        epic.releaseAdmission();
      },
      takeAgain() {
        epic.takeAdmissionAgain();
      },
      cancel: (by): Promise<void> => epic.cancelSelf(by),
    }),

    ...createAdmissionSlot(epicId, data),

    /** Cancellation is Temporal's own, so that everything ends in one way; it must not stop its own request. */
    async cancelSelf(by: string): Promise<void> {
      await CancellationScope.nonCancellable(() =>
        factory.requestCancel(`cancelled by ${by}`, { workflowId, reason: `cancelled by ${by}` }),
      );
    },

    setPaused(paused: boolean, { by, comment }: Person): Acknowledgement {
      const word = paused ? 'paused' : 'running';
      // Whether or not it is paused already, an answer about its issue does not end this pause.
      if (paused && data.source !== undefined) notePausing(data.source, false);
      if (data.paused === paused) return already(`it is ${word} already`);
      setPaused(data, paused);
      epic.logLine({
        actor: by,
        kind: 'decision',
        decision: paused ? 'pause' : 'resume',
        reason: comment ?? 'asked for by a person',
      });
      for (const child of epic.children) epic.send(child, paused ? pauseSignal : resumeSignal, { by });
      return done(`it is ${word}`);
    },

    pausePoint: createPausePoint<EpicState>({
      ...{ runEnd, reason: 'paused by a person', standing: () => data, tell: status.tell },
      isPaused: (): boolean => data.paused,
      turn: (): Turn | undefined => epic.turn,
    }),

    /** The last record, and the supervisor's slot given back; awaited before the run closes. */
    async close(final: EpicState, error?: unknown): Promise<void> {
      const fault = mergeFault(data);
      const merged = fault === undefined ? 'merged' : `merged, but ${fault.slice(0, MOST_OF_PHASE)}`;
      status.end(final, { done: data.nothingMerged ?? merged, failedAs: 'EpicFailed', error });
      endTasks(data, final, new Date().toISOString());
      status.logEnd('epic', final, { error, why: data.mergedSha ?? data.nothingMerged ?? '' });
      await status.close(async () => {
        if (final === 'CANCELLED') await closeAll(epic);
        // A run that ended may have asked for it.
        await epic.turn?.leave();
        epic.stopAsking();
        await epic.admissionSettled();
        await factory.releaseAdmission('give the slot back', { epicId });
      });
    },
  };
  // An open child keeps the run from ending: each closes after the step that it is in.
  condition(mustDrain)
    .then(() => {
      for (const child of epic.children) epic.send(child, parkSignal, {});
    })
    .catch(() => undefined);
  return epic;
}

export type Epic = ReturnType<typeof openEpic>;
