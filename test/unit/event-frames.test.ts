/** Frames of server-sent events as they are read, and positions as they are recognised. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createParser, EventsRefused, readEvents } from '../../api/client/events.ts';
import { isPosition } from '../../api/feed-position.ts';

const FRAMES = [
  ': a comment, and an id without data\nid: 5:6:\n\n',
  'id: 7:9:7,8\nevent: change\ndata: {"changes":\ndata:[]}\n\n',
  'data: no name\r\n\r\n',
  ': only a comment\n\n',
].join('');
const EVENTS = [
  { event: 'message', data: '', id: '5:6:' },
  { event: 'change', data: '{"changes":\n[]}', id: '7:9:7,8' },
  { event: 'message', data: 'no name', id: '7:9:7,8' },
];

test('events are read however the text is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(FRAMES.length), { maxLength: 8 }), (cuts) => {
      const ends = [...cuts.toSorted((a, b) => a - b), FRAMES.length];
      const parse = createParser();
      const read = ends.flatMap((end, i) => parse(FRAMES.slice(ends[i - 1] ?? 0, end)));
      assert.deepEqual(read, EVENTS);
    }),
  );
});

test('an event that was not sent to its end is none', () => {
  assert.deepEqual(createParser('1:2:')('id: 3:4:\ndata: cut'), []);
});

test('a refusal says with which status, and an answer that is no stream is one', async () => {
  const answering = (response: Response) => readEvents({ url: 'http://x/', fetch: async () => response }).next();
  const status = (expected: number) => (error: unknown) => error instanceof EventsRefused && error.status === expected;
  await assert.rejects(answering(new Response('', { status: 503 })), status(503));
  await assert.rejects(answering(Response.json({})), status(406));
});

test('a stream that gives no sign of life is left', async () => {
  const silent = (_: unknown, init?: RequestInit) => {
    const body = new ReadableStream({
      start: (stream) => init?.signal?.addEventListener('abort', () => stream.error(init.signal?.reason)),
    });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
  };
  const events = readEvents({ url: 'http://x/', fetch: silent, silenceMs: 20 });
  assert.equal((await events.next()).value?.event, 'open');
  await assert.rejects(events.next(), /no sign of life/);
});

test('a position is what PostgreSQL takes as a snapshot', () => {
  for (const text of ['1:1:', '750:760:', '750:760:750,759', '9000000000000000000:9000000000000000001:']) {
    assert.ok(isPosition(text), text);
  }
  for (const text of [
    '',
    '17',
    '0:1:',
    '9:5:',
    '5:9:9',
    '5:9:4',
    '5:9:8,7',
    '5:9:,',
    '1:99999999999999999999:',
    '1:2:x',
  ]) {
    assert.ok(!isPosition(text), text);
  }
});
