/** How an epic stands between its start and its end, and what it has been given for its work. Pure. */
import { type Cap, type CapOf, capName } from '../contract/budget.ts';
import type { Placement } from '../contract/placement.ts';
import type { EpicSettings } from '../contract/settings.ts';
import type { EpicState } from '../contract/states.ts';
import { type Change, change } from '../read-only-state.ts';
import type { Standing } from '../status.ts';
import { forgetClosed, withdrawAll } from './requests.ts';
import type { EpicData, EpicFields } from './state.ts';
import { endWithEpic } from './task-state.ts';

const update = (data: EpicData, fields: Change<EpicFields>): void => change<EpicFields>(data, fields);

/** Nothing holds it when `hold` is left out. */
export const setStatus = (data: EpicData, { state, phase, hold }: Standing<EpicState>): void =>
  update(data, { state, phase, hold });

/** The supervisor grants the epic a slot or takes it back. A grant that arrives after the epic left the line is ignored. */
export function setAdmitted(data: EpicData, admitted: boolean): void {
  if (!admitted) update(data, { admitted });
  else if (data.isInLine !== false) update(data, { admitted, isInLine: undefined });
}
/** The epic works while it waits for a slot. */
export const joinLine = (data: EpicData): void => update(data, { isInLine: true });
export const leaveLine = (data: EpicData): void => update(data, { isInLine: false });
/** The epic waits for a slot before it works on, so the next grant counts. */
export function expectAdmission(data: EpicData): void {
  if (data.isInLine === false) update(data, { isInLine: undefined });
}

export const setPaused = (data: EpicData, paused: boolean): void => update(data, { paused });

/** What is in force, once the repository is read; the base that was read first is the one that the epic begins with. */
export function setSettings(data: EpicData, settings: EpicSettings): void {
  const { baseSha = settings.baseSha } = data;
  update(data, { settings, baseSha });
}

/** The epic's own branch. One that was there before holds work of the epic already. */
export function setBranch(
  data: EpicData,
  { branch, headSha, isNew }: { readonly branch: string; readonly headSha: string; readonly isNew: boolean },
): void {
  update(data, { epicBranch: branch });
  if (isNew && data.baseSha !== undefined) update(data, { baseSha: headSha });
}

/** A place for the epic's own work. */
export function notePlacement(data: EpicData, { epoch, host, sandbox = 'unknown' }: Placement): void {
  update(data, { epoch, sandboxes: { ...data.sandboxes, [host]: sandbox } });
}

/** A person set a cap. */
export const setCap = (data: EpicData, cap: Cap): void =>
  update(data, isEpicsUsd(cap) ? { capMicroUsd: cap.amount } : { caps: { ...data.caps, [capName(cap)]: cap.amount } });

/** The cap that a person set last; 0 when nobody has. */
export const capSet = ({ capMicroUsd, caps }: EpicData, of: CapOf): number =>
  (isEpicsUsd(of) ? capMicroUsd : caps?.[capName(of)]) ?? 0;

const isEpicsUsd = ({ unit, taskKey }: CapOf): boolean => unit === 'usd' && taskKey === undefined;

/** Makes the epic's data small enough for the next run. */
export const forgetOld = (data: EpicData): void => update(data, { requests: forgetClosed(data.requests) });

/** Tasks that have not ended end with their epic, and nobody waits for an answer any more. `at` is ISO 8601. */
export function endTasks(data: EpicData, final: EpicState, at: string): void {
  for (const entry of data.tasks) endWithEpic(entry, final);
  withdrawAll(data.requests, at);
}
