/** A replay is followed to its end: people's answers are given again, merges are told, and it stops where it departs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api, Epic, HumanRequest } from '../../cli/api.ts';
import { followReplay, longestGapMs } from '../../cli/follow-replay.ts';
import type { Departure } from '../../local/model/playback.ts';
import { createOrder, eventsOf, turnKey } from '../../local/model/recorded-order.ts';
import type { RecordedAnswer, Recording } from '../../workflows/contract/recording.ts';
import { aRecording } from '../support/recordings.ts';

const QUIET = { departingMs: 50, stillMs: 50 };
const { signal } = new AbortController();

type State = { readonly state: string; readonly merged?: readonly string[]; readonly requests?: readonly object[] };

/** An API whose epic is read as these, one after the other, and then as the last of them; and what is posted to it. */
function fakeApi(states: readonly State[]) {
  const posted: object[] = [];
  let reads = 0;
  const epic = (): Epic => {
    const { state, merged = [], requests = [] } = states[Math.min(reads, states.length - 1)] as State;
    reads += 1;
    const tasks = merged.map((key) => ({ key, state: 'COMPLETED' }));
    return { title: 'Shop', state, tasks, requests, turns: 0 } as unknown as Epic;
  };
  const post = (_route: string, { body }: { body: object }) => void posted.push({ ...body, afterReads: reads });
  const client = { GET: epic, POST: post };
  const api = { client, ask: async (value: unknown) => value } as unknown as Api;
  return { api, posted };
}

const follow = (
  recording: Recording,
  states: readonly State[],
  departures: readonly Departure[] = [],
  played = true,
) => {
  const order = createOrder(eventsOf(recording));
  if (played) {
    for (const { id, turns } of recording.agents) {
      order.happened('arrival', id);
      for (const { turn } of turns) order.happened('turn', turnKey(id, turn));
    }
  }
  const { api, posted } = fakeApi(states);
  const end = followReplay({ api, recording, order, departures, goesOn: false, signal, quiet: QUIET });
  return end.then((ended) => ({ ...ended, posted, order }));
};

const answer = (answeredMs: number, rest: Partial<RecordedAnswer> = {}): RecordedAnswer => ({
  ...{ kind: 'merge', taskKey: null, question: 'Merge?', decision: 'approve', answer: null, comment: null },
  ...{ by: 'person-1', answeredMs, ...rest },
});
const request = (rest: Partial<HumanRequest> = {}) => ({
  ...{ epicId: 'shop', requestId: 'merge-1', kind: 'merge', taskKey: null, question: 'Merge?', headSha: null, ...rest },
});

test('a question is answered as it was, once what was recorded before it has happened', async () => {
  const recording = { ...aRecording(), answers: [answer(70, { comment: 'Well done.' })] };
  const asked = { state: 'IN_PROGRESS', requests: [request()] };
  const states = [asked, { ...asked, merged: ['two'] }, { ...asked, merged: ['one', 'two'] }, { state: 'COMPLETED' }];
  const { posted, stopped, departure, order } = await follow(recording, states);
  assert.deepEqual(posted, [
    { requestId: 'merge-1', decision: 'approve', by: 'person-1', comment: 'Well done.', afterReads: 3 },
  ]);
  assert.deepEqual([stopped, departure], [undefined, undefined]);
  assert.ok(order.has('merge', 'one'));
  assert.equal(order.next(), undefined);
});

test('an approval that changed the plan changes it again', async () => {
  const task = { key: 'one', title: 'One', description: '', acceptance: [], dependsOn: [] };
  const plan = { revision: 1, tasks: [task], inSequence: true };
  const recording = { ...aRecording(), answers: [answer(0, { kind: 'plan', plan })] };
  const asked = { state: 'IN_PROGRESS', requests: [request({ kind: 'plan', requestId: 'plan-1' })] };
  const { posted } = await follow(recording, [asked, { state: 'COMPLETED' }]);
  assert.deepEqual(posted, [{ requestId: 'plan-1', decision: 'approve', by: 'person-1', plan, afterReads: 1 }]);
});

test('a question that was not asked then ends the replay', async () => {
  const states = [{ state: 'IN_PROGRESS', requests: [request({ question: 'And now?', kind: 'failed-task' })] }];
  const { posted, stopped } = await follow(aRecording(), states);
  assert.equal(stopped, 'The epic asks what it did not ask in the recording: And now?');
  assert.deepEqual(posted, []);
});

test('the departure that was recorded first ends it, not the one that came first', async () => {
  const recording = aRecording();
  const { events } = createOrder(eventsOf(recording));
  const departureOf = (key: string): Departure => {
    const index = events.findIndex((event) => event.kind === 'turn' && event.key === key);
    const [agent = '', turn] = key.split('#');
    return {
      agent,
      turn: Number(turn),
      index,
      difference: { kind: 'prompt', part: 'prompt', what: '', recorded: '', now: '' },
    };
  };
  const departures = [departureOf('shop.two.implement.1#1'), departureOf('shop.one.implement.1#1')];
  const { departure, stopped } = await follow(recording, [{ state: 'IN_PROGRESS' }], departures, false);
  assert.equal(departure?.agent, 'shop.one.implement.1');
  assert.equal(stopped, undefined);
});

test('silence is told with what was to come next', async () => {
  const { stopped } = await follow(aRecording(), [{ state: 'IN_PROGRESS' }]);
  assert.match(stopped ?? '', /Next in the recording is the merge of two, which does not come/);
});

test('an epic that was recorded under way is at its end after the last recorded turn', async () => {
  const recording = aRecording();
  const open = { ...recording, merges: [], epic: { ...recording.epic, state: 'IN_PROGRESS' } };
  const { stopped, departure } = await follow(open, [{ state: 'IN_PROGRESS' }]);
  assert.deepEqual([stopped, departure], [undefined, undefined]);
});

const DAYS_MS = 3 * 86_400_000;

/** As if the second task had begun days later. */
const withGap = (answers: RecordedAnswer[]): Recording => {
  const recording = { ...aRecording(), answers };
  for (const turn of recording.agents[1]?.turns ?? []) turn.finishedMs = DAYS_MS;
  return recording;
};

test('days in which a person was waited for, or nobody was there, are not waited again', {
  timeout: 20_000,
}, async () => {
  assert.equal(longestGapMs(aRecording()), 5);
  assert.equal(longestGapMs(withGap([])), 900_000);
  const recording = withGap([answer(DAYS_MS - 5)]);
  assert.equal(longestGapMs(recording), 10);
  const { stopped } = await follow(recording, [{ state: 'IN_PROGRESS' }]);
  assert.match(stopped ?? '', /Nothing happens any more/);
});
