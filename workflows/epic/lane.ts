/** The merge lane: one submission merges at a time, in the order in which they asked. */
export interface LaneEntry {
  readonly taskKey: string;
  readonly submission: number;
}

export interface LaneData {
  holder?: LaneEntry;
  queue: LaneEntry[];
}

const same = (a: LaneEntry, b: LaneEntry) => a.taskKey === b.taskKey && a.submission === b.submission;

/** Asking twice is one place in the line; the holder that asks again is granted again by `grantNext`'s caller. */
export function askLane(lane: LaneData, entry: LaneEntry): void {
  const known = [...lane.queue, ...(lane.holder === undefined ? [] : [lane.holder])];
  if (!known.some((other) => same(other, entry))) lane.queue.push(entry);
}

export const holdsLane = ({ holder }: LaneData, entry: LaneEntry): boolean =>
  holder !== undefined && same(holder, entry);

export function leaveLane(lane: LaneData, entry: LaneEntry): void {
  if (lane.holder !== undefined && same(lane.holder, entry)) delete lane.holder;
  lane.queue = lane.queue.filter((other) => !same(other, entry));
}

/** A task that closed, however it ended, frees all that it asked for. */
export function leaveLaneAs(lane: LaneData, taskKey: string): void {
  if (lane.holder?.taskKey === taskKey) delete lane.holder;
  lane.queue = lane.queue.filter((other) => other.taskKey !== taskKey);
}

/** Hands a free lane to the head of the line; undefined when it is taken or nobody waits. */
export function grantNext(lane: LaneData): LaneEntry | undefined {
  if (lane.holder !== undefined) return undefined;
  const next = lane.queue.shift();
  if (next !== undefined) lane.holder = next;
  return next;
}
