/** A carried record: an activity takes it along, and the worker process writes it before the work. */
import type { AgentView, EpicView, Recorded, TaskView } from './records.ts';

export type RecordName = 'recordEpic' | 'recordTask' | 'recordAgent';

/** A record that an activity takes along in its header of this name (workflows/carried-records.ts). */
export interface CarriedRecord {
  readonly name: RecordName;
  readonly record: Recorded<EpicView | TaskView | AgentView>;
}

export const RECORD_HEADER = 'record';

/**
 * Clean-up that does its work whether or not the record that it takes along can be written, and fails with RecordFailed
 * after it: what it gives back must not wait for PostgreSQL. Each is harmless twice.
 */
export const CLEANS_UP: ReadonlySet<string> = new Set(['leaveHost', 'releaseHost', 'releaseAdmission', 'settleAgent']);
