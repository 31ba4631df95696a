/**
 * In which order a recording's turns are answered again, so that tasks side by side meet each other as they did: the one
 * that was merged first is merged first.
 */
import type { RecordedAgent, RecordedTurn, Recording } from '../../workflows/contract/recording.ts';

export interface RecordedEvent {
  readonly kind: 'turn' | 'arrival' | 'merge' | 'answer';
  /** Of a turn `agent#turn`, of an arrival the agent, of a merge the task's key, of an answer its number. */
  readonly key: string;
  readonly atMs: number;
  /** Its answer lets a task be merged. */
  readonly isLast?: boolean;
}

export const turnKey = (agent: string, turn: number): string => `${agent}#${turn}`;

/** Oldest first. */
export function eventsOf({ agents, merges, answers }: Recording): RecordedEvent[] {
  const mergedMs = new Map(merges.map((merge) => [merge.taskKey as string, merge.mergedMs]));
  const starts = Map.groupBy(
    agents.flatMap(({ taskKey, turns }) => turns.map(({ startedMs }) => ({ taskKey, startedMs }))),
    ({ taskKey }) => taskKey,
  );
  const ofTurn = ({ id, taskKey }: RecordedAgent, turn: RecordedTurn): RecordedEvent => {
    const key = turnKey(id, turn.turn);
    const merged = taskKey === null ? undefined : mergedMs.get(taskKey);
    const next = (starts.get(taskKey) ?? [])
      .map(({ startedMs }) => startedMs)
      .filter((startedMs) => startedMs >= turn.finishedMs)
      .concat(merged !== undefined && merged >= turn.finishedMs ? [merged] : []);
    const nextMs = Math.min(...next);
    if (!handsOver(turn, nextMs === merged) || nextMs === Infinity) return { kind: 'turn', key, atMs: turn.finishedMs };
    // What comes of it depends on what was merged until then, so it is held until just before that.
    return { kind: 'turn', key, atMs: nextMs - 0.5, isLast: true };
  };
  const events: RecordedEvent[] = [
    ...agents.flatMap((agent) => agent.turns.map((turn) => ofTurn(agent, turn))),
    ...agents.map(({ id, turns }): RecordedEvent => ({ kind: 'arrival', key: id, atMs: turns[0]?.startedMs ?? 0 })),
    ...merges.map((merge): RecordedEvent => ({ kind: 'merge', key: merge.taskKey, atMs: merge.mergedMs })),
    ...answers.map((answer, index): RecordedEvent => ({ kind: 'answer', key: String(index), atMs: answer.answeredMs })),
  ];
  return events.toSorted((one, other) => one.atMs - other.atMs);
}

/** An approving review, or work that was merged without one. */
function handsOver({ answer }: RecordedTurn, isMergedNext: boolean): boolean {
  return answer.some(
    (block) =>
      block.type === 'tool_use' &&
      ((block.name === 'submit_review' && block.input.verdict === 'approve') ||
        (block.name === 'submit_work' && isMergedNext)),
  );
}

export interface Order {
  readonly events: readonly RecordedEvent[];
  happened(kind: RecordedEvent['kind'], key: string): void;
  has(kind: RecordedEvent['kind'], key: string): boolean;
  /** Resolves when all that was recorded before it has happened. */
  turnOf(kind: RecordedEvent['kind'], key: string): Promise<void>;
  isNext(index: number): boolean;
  indexOf(kind: RecordedEvent['kind'], key: string): number;
  /** The oldest that has not happened. */
  next(): RecordedEvent | undefined;
}

/** Other tasks' agents that have come hold back only what lets a task be merged: nothing else changes what they find. */
export function createOrder(events: readonly RecordedEvent[]): Order {
  const nameOf = (kind: string, key: string) => `${kind} ${key}`;
  const indexes = new Map(events.map(({ kind, key }, index) => [nameOf(kind, key), index]));
  const done = new Set<number>();
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  const isNext = (index: number): boolean => {
    const withArrivals = events[index]?.isLast === true;
    return events.slice(0, index).every(({ kind }, i) => done.has(i) || (kind === 'arrival' && !withArrivals));
  };
  const indexOf = (kind: RecordedEvent['kind'], key: string) => indexes.get(nameOf(kind, key)) ?? -1;
  return {
    events,
    isNext,
    indexOf,
    has: (kind, key) => done.has(indexOf(kind, key)),
    next: () => events.find((_, index) => !done.has(index)),
    happened(kind, key) {
      const index = indexOf(kind, key);
      if (index === -1 || done.has(index)) return;
      done.add(index);
      for (const [held, { resolve }] of waiting) {
        if (!isNext(held)) continue;
        waiting.delete(held);
        resolve();
      }
    },
    turnOf(kind, key) {
      const index = indexOf(kind, key);
      if (isNext(index)) return Promise.resolve();
      const held = waiting.get(index) ?? Promise.withResolvers<void>();
      waiting.set(index, held);
      return held.promise;
    },
  };
}
