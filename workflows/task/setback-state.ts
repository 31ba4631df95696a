/** Setbacks that another try most likely meets again, counted. Pure. */
import { change } from '../read-only-state.ts';
import type { TaskData, TaskFields } from './state.ts';

/** How often the model has refused in a row, this attempt included. */
export function noteRefusal(data: TaskData, isRefusal: boolean): number {
  const refusals = isRefusal ? (data.refusals ?? 0) + 1 : 0;
  change<TaskFields>(data, { refusals });
  return refusals;
}

/** How many hosts in a row were lost without an answered turn of the Worker between them, this one included. */
export function noteLostHost(data: TaskData): number {
  const turn = data.worker?.nextTurn ?? 1;
  const times = data.hostsLost?.turn === turn ? data.hostsLost.times + 1 : 1;
  change<TaskFields>(data, { hostsLost: { turn, times } });
  return times;
}
