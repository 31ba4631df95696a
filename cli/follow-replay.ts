/** Follows a replay to its end: tells the playback what was merged, answers for people, and stops where it departs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal } from '../api/client/epic-now.ts';
import type { Departure } from '../local/model/playback.ts';
import type { Order } from '../local/model/recorded-order.ts';
import { defined } from '../workflows/contract/optional-fields.ts';
import type { Recording } from '../workflows/contract/recording.ts';
import { type Api, type Epic, type HumanRequest, readEpic } from './api.ts';

const LOOK_EVERY_MS = 200;
/**
 * How long a replay may stand still before it is over. The longest pause of the recording comes on top, a quarter of an hour
 * at most. Where something differs, the wait is short: others may still come to what was recorded before it.
 */
const QUIET = { departingMs: 20_000, stillMs: 180_000 };

export interface ReplayEnd {
  readonly epic: Epic | undefined;
  /** The departure that comes first in the recorded order. */
  readonly departure: Departure | undefined;
  /** A question that was not asked in the recording, or that nothing goes on after. */
  readonly stopped: string | undefined;
}

export interface Followed {
  readonly api: Api;
  readonly recording: Recording;
  readonly order: Order;
  /** All so far; grows. */
  readonly departures: readonly Departure[];
  /** Departures do not end it. */
  readonly goesOn: boolean;
  readonly signal: AbortSignal;
  readonly quiet?: typeof QUIET;
}

export async function followReplay(followed: Followed): Promise<ReplayEnd> {
  const { api, recording, order, departures, goesOn, signal, quiet = QUIET } = followed;
  const answer = createAnswers(followed);
  const longestMs = longestGapMs(recording);
  const patienceMs = (isDeparting: boolean) => (isDeparting ? quiet.departingMs : quiet.stillMs) + longestMs;
  let [seen, since] = ['', Date.now()];
  for (;;) {
    signal.throwIfAborted();
    const epic = await readEpic(api, recording.epic.id);
    for (const task of epic?.tasks ?? []) if (task.state === 'COMPLETED') order.happened('merge', task.key);
    const unasked = await answer(epic?.requests ?? []);
    const first = goesOn ? departures.find(({ turn }) => turn === undefined) : firstOf(departures);
    if (first?.index !== undefined && order.isNext(first.index)) return { epic, departure: first, stopped: undefined };
    if (epic !== undefined && isFinal(epic.state)) return { epic, departure: first, stopped: undefined };
    if (isPlayed(recording, order)) return { epic, departure: first, stopped: undefined };
    const now = JSON.stringify([epic?.updatedAt, epic?.phase, order.next()?.key, departures.length, epic?.turns]);
    if (now !== seen) [seen, since] = [now, Date.now()];
    if (Date.now() - since > patienceMs(first !== undefined || unasked !== undefined)) {
      return { epic, departure: first, stopped: first === undefined ? (unasked ?? silence(order)) : undefined };
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** The first departure in the recorded order; those that are not in it come after all others. */
export const firstOf = (departures: readonly Departure[]): Departure | undefined =>
  departures.toSorted((one, other) => (one.index ?? Infinity) - (other.index ?? Infinity))[0];

/** An epic that did not end, or not by itself, ends with the last recorded turn. */
const isPlayed = ({ epic, cutAt }: Recording, { events, has }: Order): boolean =>
  (epic.state !== 'COMPLETED' || cutAt !== null) && events.every(({ kind, key }) => kind !== 'turn' || has(kind, key));

/** Answers each open question as it was answered, when its time has come. Returns one that was not asked then. */
function createAnswers({ api, recording, order }: Followed) {
  const answered = new Set<string>();
  const used = new Set<number>();
  return async (requests: readonly HumanRequest[]): Promise<string | undefined> => {
    let unasked: string | undefined;
    for (const { epicId: id, requestId, kind, taskKey, question, headSha } of requests) {
      if (answered.has(requestId)) continue;
      const index = recording.answers.findIndex(
        (one, i) => !used.has(i) && one.kind === kind && one.taskKey === taskKey,
      );
      const recorded = recording.answers[index];
      if (recorded === undefined) {
        unasked = `The epic asks what it did not ask in the recording: ${question}`;
        continue;
      }
      if (!order.isNext(order.indexOf('answer', String(index)))) continue;
      used.add(index);
      answered.add(requestId);
      const { decision, by, comment, answer: words, plan } = recorded;
      await api.ask(
        api.client.POST('/epics/{id}/respond', {
          params: { path: { id }, header: {} },
          body: {
            requestId,
            decision,
            by,
            ...(comment === null ? {} : { comment }),
            ...(words === null ? {} : { answer: words }),
            ...(headSha === null ? {} : { headSha }),
            ...(plan === undefined ? {} : { plan: { ...defined(plan), tasks: plan.tasks.map(defined) } }),
          },
        }),
      );
      order.happened('answer', String(index));
    }
    return unasked;
  };
}

const MOST_GAP_MS = 15 * 60_000;

/** The longest time between two answers of the model, but for when a person was waited for: a replay waits for nobody. */
export function longestGapMs({ agents, answers }: Pick<Recording, 'agents' | 'answers'>): number {
  const times = agents.flatMap(({ turns }) => turns.map(({ finishedMs }) => finishedMs)).toSorted((a, b) => a - b);
  const gaps = times.map((time, index) => {
    const before = times[index - 1] ?? time;
    const hasAnswer = answers.some(({ answeredMs }) => before <= answeredMs && answeredMs <= time);
    return hasAnswer ? 0 : time - before;
  });
  return Math.min(MOST_GAP_MS, Math.max(0, ...gaps));
}

function silence(order: Order): string {
  const next = order.next();
  const what = {
    turn: `turn ${next?.key.split('#')[1]} of ${next?.key.split('#')[0]}, which nobody asks for`,
    arrival: `${next?.key}, which does not come`,
    merge: `the merge of ${next?.key}, which does not come`,
    answer: 'a question to a person, which nobody asks',
  };
  return `Nothing happens any more. Next in the recording is ${next === undefined ? 'nothing' : what[next.kind]}.`;
}
