/** What the epic has told the issue that it came from, and heard there. Pure. */
import { type LookRate, newLookRate } from '../look-rate.ts';
import { type Change, change } from '../read-only-state.ts';
import type { EpicData, EpicFields, IssueFields, IssueMemory } from './state.ts';

const update = (memory: IssueMemory, fields: Change<IssueFields>): void => change<IssueFields>(memory, fields);

/** The memory of its issue, which begins with the first run that follows it. */
export function issueMemory(data: EpicData): IssueMemory {
  const source = data.source ?? { told: [], heard: [] };
  if (data.source === undefined) change<EpicFields>(data, { source });
  return source;
}

/** The budget of looks, which begins with the first. */
export function issueLooks(memory: IssueMemory, nowMs: number): LookRate {
  const looks = memory.looks ?? newLookRate(nowMs);
  if (memory.looks === undefined) update(memory, { looks });
  return looks;
}

export const noteTold = (memory: IssueMemory, key: string): void => update(memory, { told: [...memory.told, key] });
export const noteReply = (memory: IssueMemory, id: string): void => update(memory, { heard: [...memory.heard, id] });

/** Whether its completed issue alone paused the epic; then the answer about that ends the pause. */
export const notePausing = (memory: IssueMemory, isPausing: boolean): void => update(memory, { isPausing });

/** False when the reason is the same as before. */
export function noteUnread(memory: IssueMemory, reason: string): boolean {
  const isNew = memory.failure !== reason;
  update(memory, { failures: (memory.failures ?? 0) + 1, failure: reason });
  return isNew;
}

export const noteRead = (memory: IssueMemory): void => update(memory, { failures: 0, failure: undefined });
