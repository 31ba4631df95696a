/** A recording that is played: recognised, compared, answered in its order; and each way in which a request can differ. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playedMessage } from '../../local/model/message.ts';
import { createPlayback, type Departure } from '../../local/model/playback.ts';
import { createOrder, eventsOf } from '../../local/model/recorded-order.ts';
import { Refusal } from '../../local/model/request.ts';
import { startScriptedModel } from '../../local/model/server.ts';
import { aRecording, HERE, requestOf, use } from '../support/recordings.ts';

const recording = aRecording();
const FIRST = [0, 0] as const;
const SECOND = [0, 1] as const;

/** What is different in a request, and what the model says to it. */
async function departureOf(at: readonly [number, number], change: (json: string) => string) {
  const departures: Departure[] = [];
  const playback = createPlayback(recording, { onDeparture: (departure) => void departures.push(departure) });
  const answer = playback.answer(requestOf(recording, at, change));
  const refusal = await answer.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(departures.length === 0 || refusal instanceof Refusal, 'a difference is refused');
  return { ...departures[0], refusal: (refusal as Refusal | undefined)?.message };
}

const swap = (from: string, to: string) => (json: string) => {
  assert.ok(json.includes(from), `the request says ${from}`);
  return json.replaceAll(from, to);
};

test('what is asked again gets the recorded answer, with the folders of this host in its calls', async () => {
  const playback = createPlayback(recording);
  const request = requestOf(recording, FIRST);
  const message = playedMessage(request, await playback.answer(request));
  const [thought, call] = message.content;
  assert.equal(thought?.type === 'thinking' && thought.thinking, 'I look.');
  assert.deepEqual(call?.type === 'tool_use' && [call.id, call.input], [
    'a',
    { command: `cd ${HERE.worktrees}/shop/one && git log` },
  ]);
  assert.equal(message.stop_reason, 'tool_use');
  assert.equal(message.usage.output_tokens, 2);
});

test('other commits, times and folders are no difference, as long as one stands for the same one everywhere', async () => {
  const playback = createPlayback(recording);
  const others = swap('1ab2c3d', '9f8e7d6');
  await Promise.all([
    playback.answer(requestOf(recording, FIRST)),
    playback.answer(requestOf(recording, [1, 0])),
    playback.answer(requestOf(recording, SECOND, (json) => swap('12 ms', '340 ms')(others(json)))),
  ]);
  const mixedUp = await departureOf(SECOND, swap('1ab2c3d', '472be85'));
  assert.equal(mixedUp.difference?.kind, 'tool result');
});

test('each way to differ is named, with both texts', async () => {
  const prompt = await departureOf(FIRST, swap('Leave nothing behind', 'Leave it tidy'));
  assert.equal(prompt.difference?.kind, 'prompt');
  assert.match(prompt.difference?.recorded ?? '', /Leave nothing behind/);
  assert.match(prompt.difference?.now ?? '', /Leave it tidy/);
  assert.match(prompt.refusal ?? '', /Turn 1 of shop\.one\.implement\.1 is not as recorded: the system prompt/);

  const tools = await departureOf(FIRST, swap('Hands in.', 'Hands it in.'));
  assert.deepEqual([tools.difference?.kind, tools.difference?.what], ['tools', 'the definition of submit_work']);
  const named = await departureOf(FIRST, swap('"name":"submit_work"', '"name":"hand_in"'));
  assert.equal(named.difference?.what, 'which tools there are');

  const brief = await departureOf(FIRST, swap('Do it in', 'Do this in'));
  assert.deepEqual([brief.difference?.kind, brief.difference?.what], ['brief', 'the brief of the round "implement"']);

  const result = await departureOf(SECOND, swap('Go on', 'Go back'));
  assert.deepEqual([result.turn, result.difference?.kind], [2, 'tool result']);
  const failed = await departureOf(SECOND, swap('"is_error":false', '"is_error":true'));
  assert.match(failed.difference?.now ?? '', /^\(an error\)/);

  const options = await departureOf(FIRST, swap('16000', '8000'));
  assert.equal(options.difference?.kind, 'options');

  const again = await departureOf(SECOND, swap('&& git log', '&& git status'));
  assert.equal(again.difference?.kind, 'answer');
});

test('another order of what is said is a difference of order', async () => {
  const more = { role: 'user', content: [{ type: 'text', text: 'One thing more.' }] };
  const { difference } = await departureOf(SECOND, (json) => {
    const { messages, ...rest } = JSON.parse(json);
    return JSON.stringify({ ...rest, messages: [...messages, more] });
  });
  assert.deepEqual([difference?.kind, difference?.recorded], ['order', '(nothing)']);
  assert.match(difference?.now ?? '', /One thing more/);
});

test('a request that the recording does not know is refused, and says whose it is', async () => {
  const other = await departureOf(FIRST, swap('task=\\"one\\"', 'task=\\"three\\"'));
  assert.equal(other.turn, undefined);
  assert.match(other.refusal ?? '', /not in the recording: it has no agent shop\.three\.implement\.1/);
  const beyond = await departureOf(SECOND, (json) => {
    const { messages, ...rest } = JSON.parse(json);
    const { role: _, ...call } = { role: 'assistant', ...use('b', 'submit_work') };
    const answer = { role: 'assistant', content: [call] };
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'b', content: 'No.' }] };
    return JSON.stringify({ ...rest, messages: [...messages, answer, result] });
  });
  assert.match(beyond.refusal ?? '', /not in the recording: shop\.one\.implement\.1 asks on/);
  const stranger = await departureOf(FIRST, swap('<round kind', '<word kind'));
  assert.equal(stranger.agent, undefined);
});

test('with "recorded" each difference is told once, where it first matters, and answered all the same', async () => {
  const departures: Departure[] = [];
  const onDeparture = (departure: Departure) => void departures.push(departure);
  const playback = createPlayback(recording, { onDifference: 'recorded', onDeparture });
  const others = (json: string) => swap('Leave nothing', 'Leave all')(json.replace('Do it in', 'Do this in'));
  const [one] = await Promise.all([
    playback.answer(requestOf(recording, FIRST, others)),
    playback.answer(requestOf(recording, [1, 0], others)),
    playback.answer(requestOf(recording, SECOND, (json) => swap('Go on', 'Go back')(others(json)))),
  ]);
  assert.equal(one.turn.turn, 1);
  assert.deepEqual(
    departures.map(({ agent, turn, difference: { kind, what } }) => [agent, turn, kind, what]),
    [
      ['shop.one.implement.1', 1, 'prompt', 'the system prompt'],
      ['shop.one.implement.1', 1, 'brief', 'the brief of the round "implement"'],
      ['shop.one.implement.1', 2, 'tool result', `what bash (cd {{factory.worktrees}}/shop/one && git log) returned`],
    ],
  );
});

test('turns are answered in the recorded order, and work that is to be merged waits for what was merged before it', async () => {
  const order = createOrder(eventsOf(recording));
  const answered: string[] = [];
  const onAnswer = ({ id }: { id: string }, { turn }: { turn: number }) => void answered.push(`${id}#${turn}`);
  const playback = createPlayback(recording, { order, onAnswer });
  const two = playback.answer(requestOf(recording, [1, 0]));
  await new Promise(setImmediate);
  assert.deepEqual(answered, [], 'the first turn of one was answered before');
  await playback.answer(requestOf(recording, FIRST));
  await two;
  const last = playback.answer(requestOf(recording, SECOND));
  await new Promise(setImmediate);
  assert.deepEqual(answered, ['shop.one.implement.1#1', 'shop.two.implement.1#1']);
  order.happened('merge', 'two');
  await last;
  assert.deepEqual(answered.at(-1), 'shop.one.implement.1#2');
});

test('as a server it streams what is recorded, and refuses the rest as the API refuses what it cannot take', async () => {
  const model = await startScriptedModel({ playback: createPlayback(recording) });
  try {
    const ask = (change?: (json: string) => string) => {
      const { system, tools, messages, model: name, max_tokens } = requestOf(recording, FIRST, change);
      return fetch(`${model.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-api-key': 'any', 'anthropic-version': '2026-10-21' },
        body: JSON.stringify({ system, tools, messages, model: name, max_tokens, stream: true }),
      });
    };
    const known = await ask();
    assert.equal(known.status, 200);
    const events = await known.text();
    assert.match(events, /"type":"tool_use","id":"a"/);
    assert.match(events, /event: message_stop/);
    const other = await ask(swap('Do it in', 'Do this in'));
    assert.equal(other.status, 400);
    const { error } = (await other.json()) as { error: { type: string; message: string } };
    assert.equal(error.type, 'invalid_request_error');
    assert.match(error.message, /Turn 1 of shop\.one\.implement\.1 is not as recorded/);
  } finally {
    await model.close();
  }
});
