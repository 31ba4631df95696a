/** Setbacks that another try most likely meets again, counted. Pure. */
import type { TaskData } from './state.ts';

/** How often the model has refused in a row, this attempt included. */
export function noteRefusal(data: TaskData, isRefusal: boolean): number {
  data.refusals = isRefusal ? (data.refusals ?? 0) + 1 : 0;
  return data.refusals;
}

/** How many hosts in a row were lost without an answered turn of the Worker between them, this one included. */
export function noteLostHost(data: TaskData): number {
  const turn = data.worker?.nextTurn ?? 1;
  const { hostsLost } = data;
  data.hostsLost = { turn, times: hostsLost?.turn === turn ? hostsLost.times + 1 : 1 };
  return data.hostsLost.times;
}
