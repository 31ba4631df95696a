/** Whom the supervisor admits, and what it answers to an escalation: pure rules. */
import type { Escalate, RequestAdmission, Settlement } from '../contract/supervisor.ts';
import { type Change, change, type Seen } from '../read-only-state.ts';

interface SupervisorFields {
  admitted: string[];
  waiting: RequestAdmission[];
}
export type SupervisorData = Seen<SupervisorFields>;

const update = (data: SupervisorData, fields: Change<SupervisorFields>): void => change<SupervisorFields>(data, fields);

/** Priority 1 first, 0 (none) last; within a priority the order of asking. */
const rank = ({ priority }: RequestAdmission): number => (priority === 0 ? 5 : priority);

/** More would not fit into what the next run is given. */
const MOST_WAITING = 5_000;

/** Idempotent by epicId; true when the epic is admitted already and should be told again. */
export function enqueue(data: SupervisorData, request: RequestAdmission): boolean {
  if (data.admitted.includes(request.epicId)) return true;
  // An epic asks again, at least every ten minutes, so one that is not written down now is later.
  if (data.waiting.length >= MOST_WAITING) return false;
  if (!data.waiting.some(({ epicId }) => epicId === request.epicId))
    update(data, { waiting: [...data.waiting, request] });
  return false;
}

/** Takes over the epics that run already; one that is in the line has only just asked and was not yet written down so. */
export function adopt(data: SupervisorData, running: readonly string[]): void {
  const known = new Set([...data.admitted, ...data.waiting.map(({ epicId }) => epicId)]);
  update(data, { admitted: [...data.admitted, ...running.filter((epicId) => !known.has(epicId))] });
}

export function release(data: SupervisorData, epicId: string): void {
  update(data, {
    admitted: data.admitted.filter((id) => id !== epicId),
    waiting: data.waiting.filter((request) => request.epicId !== epicId),
  });
}

/** Admits as many as fit and returns them in order. */
export function admit(data: SupervisorData, limit: number): string[] {
  const line = data.waiting.toSorted((a, b) => rank(a) - rank(b));
  const admitted = line.slice(0, Math.max(0, limit - data.admitted.length)).map(({ epicId }) => epicId);
  if (admitted.length === 0) return [];
  update(data, {
    admitted: [...data.admitted, ...admitted],
    waiting: data.waiting.filter(({ epicId }) => !admitted.includes(epicId)),
  });
  return admitted;
}

/** Failures of the surroundings, which pass by themselves more often than not. */
const PASSING: ReadonlySet<string> = new Set(['HostLost', 'ModelUnavailable', 'ForgeUnavailable']);
const RETRIES = 2;

/** The fixed rules: what passes is tried again, the rest is a person's. */
export function settle({ escalationId, failure, retries }: Escalate): Settlement {
  if (PASSING.has(failure) && retries < RETRIES) {
    return { escalationId, action: 'retry', reason: `${failure} often passes; retry ${retries + 1} of ${RETRIES}` };
  }
  // What happened is the failure's to say, beside which this is read.
  const passing = PASSING.has(failure) ? `in ${RETRIES} retries` : 'by itself';
  return { escalationId, action: 'ask_human', reason: `${failure} does not pass ${passing}` };
}
