/** An epic's slot with the supervisor: given back while a person is asked, and taken again when the work goes on. */
import { CancellationScope, patched } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { runUntil } from '../run-until.ts';
import type { EpicData } from './state.ts';
import { joinLine, leaveLine, setAdmitted } from './status-state.ts';

export function createAdmissionSlot(epicId: string, data: EpicData) {
  let settling: Promise<unknown> = Promise.resolve();
  /** The request under way. */
  let asking: { isUnwanted: boolean } | undefined;

  const release = (): Promise<void> =>
    CancellationScope.nonCancellable(() => factory.releaseAdmission('waits for a person', { epicId }));

  function stopAsking(): void {
    if (asking !== undefined) asking.isUnwanted = true;
  }

  return {
    /**
     * A person may take months, in which other epics run; `admission` takes a slot again before more work begins. An epic
     * that works while it waits for a slot leaves the line too: otherwise it would be granted a slot and hold it idle.
     */
    releaseAdmission(): void {
      if (!data.admitted && data.isInLine !== true) return;
      // Histories from before went on asking with a slot in hand, and took one that was granted too late.
      if (data.admitted && !patched('late-request')) {
        setAdmitted(data, false);
        settling = release().catch(() => undefined);
        return;
      }
      setAdmitted(data, false);
      leaveLine(data);
      // A request that arrives after the release, such as another try of a granted one, would put the epic in line again.
      stopAsking();
      asking = undefined;
      // The run's own end gives it back too, so a cancellation here loses nothing.
      settling = settling.then(release).catch(() => undefined);
    },

    /** Work goes on at once when a person has answered; the supervisor counts it as soon as there is a place. */
    takeAdmissionAgain(): void {
      if (data.admitted || asking !== undefined) return;
      const current = { isUnwanted: false };
      asking = current;
      const request = () => factory.requestAdmission('goes on', { epicId, priority: data.input.priority });
      // Runs from before this pin stayed in line, and waited however long for the end of a request.
      const canLeave = patched('leave-line');
      if (canLeave) joinLine(data);
      const ask = (): Promise<unknown> => (canLeave ? runUntil(() => current.isUnwanted, request) : request());
      // The run's end waits for it, so that nothing asks for an epic that has closed.
      settling = settling
        .then(() => CancellationScope.nonCancellable(ask))
        .catch(() => undefined)
        .finally(() => {
          if (asking === current) asking = undefined;
        });
    },

    /** Before the run ends: a pause of the whole factory holds a request for as long as it lasts. */
    stopAsking,

    /** Resolves when the supervisor has the latest request or release. */
    admissionSettled: (): Promise<unknown> => settling,
  };
}
