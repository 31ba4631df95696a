/** `factory watch` against an API that says what changes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAtRest } from '../../api/client/epic-now.ts';
import type { Epic } from '../../cli/api.ts';
import { anEpic, aRequest, aTask } from '../support/api-answers.ts';
import { runCli, startStubApi } from '../support/cli.ts';
import { waitFor } from '../support/wait-for.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-watch-events-'));
after(() => rmSync(folder, { recursive: true }));

const hold = { kind: 'person' as const, reason: 'merge approval', since: '2026-01-02T03:04:05.000Z' };
const waiting = anEpic({ state: 'BLOCKED', hold, requests: [aRequest()], tasks: [aTask({ state: 'COMPLETED' })] });

/** Watches an epic that is what `epic` is at the time, with each stream of events in the hands of the test. */
async function watched(
  use: (watch: {
    epic: Epic;
    reads: () => number;
    streams: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse }[];
  }) => Promise<void>,
) {
  const watch = { epic: waiting, reads: () => api.requests.length, streams: [] as never[] };
  const api = await startStubApi(() => ({ body: watch.epic }), {
    events(incoming, outgoing) {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      watch.streams.push({ incoming, outgoing } as never);
    },
  });
  const ended = runCli(['watch', 'shop'], { env: { FACTORY_API_URL: api.url, STATE_DIR: folder } });
  try {
    await use(watch);
    return await ended;
  } finally {
    await api.stop();
  }
}

const frame = (event: string, id: string, data: unknown = {}) =>
  `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

test('watch asks for nothing while nothing happens, and at once when something does', async () => {
  const { exitCode, stdout } = await watched(async (watch) => {
    const { streams, reads } = watch;
    await waitFor(() => streams.length === 1);
    assert.match(streams[0]?.incoming.url ?? '', /^\/events\?epicId=shop$/);
    streams[0]?.outgoing.write(frame('hello', '1:1:'));
    // Once before it listened, once for what changed meanwhile.
    await waitFor(() => reads() >= 2);
    // What was asked before the stream was there may still be under way.
    await sleep(1_500);
    const before = reads();
    // Nobody can wait for what does not happen: longer than it asks where there are no events, by several times.
    await sleep(2_500);
    assert.equal(reads(), before);
    watch.epic = anEpic({ state: 'COMPLETED' });
    streams[0]?.outgoing.write(frame('change', '2:2:'));
  });
  assert.equal(exitCode, 0);
  assert.match(stdout, /merge approval[\s\S]*COMPLETED/);
});

test('watch resumes a stream that breaks, asks meanwhile, and reads again after a reset', async () => {
  await watched(async (watch) => {
    const { streams, reads } = watch;
    await waitFor(() => streams.length === 1);
    streams[0]?.outgoing.write(frame('hello', '1:1:'));
    await waitFor(() => reads() >= 2);
    const before = reads();
    streams[0]?.outgoing.destroy();
    await waitFor(() => reads() > before);
    await waitFor(() => streams.length === 2);
    assert.equal(streams[1]?.incoming.headers['last-event-id'], '1:1:');
    watch.epic = anEpic({ state: 'COMPLETED' });
    streams[1]?.outgoing.write(frame('reset', '5:5:'));
  });
});

test('watch says that nothing can go on, once, and that it can again by saying it no more', async () => {
  const standstill = { cause: 'temporal', queues: [], reason: null, since: new Date().toISOString() };
  const { stdout } = await watched(async (watch) => {
    const { streams, reads } = watch;
    await waitFor(() => streams.length === 1);
    const tell = async (event: string, data?: unknown) => {
      const before = reads();
      streams[0]?.outgoing.write(frame(event, '1:1:', data));
      await waitFor(() => reads() > before);
    };
    await tell('hello');
    await tell('standstill', standstill);
    await tell('change');
    await tell('standstill', null);
    watch.epic = anEpic({ state: 'COMPLETED' });
    await tell('change');
  });
  assert.equal(stdout.match(/Temporal has not answered since .*; work most likely stands still/g)?.length, 1);
});

test('watch says that nothing can go on before the epic has recorded anything', async () => {
  const standstill = {
    cause: 'workers',
    queues: ['factory', 'model', 'hosts'],
    reason: null,
    since: new Date().toISOString(),
  };
  const { stdout } = await watched(async (watch) => {
    const { streams, reads } = watch;
    watch.epic = { id: 'shop', status: 'starting' } as never;
    await waitFor(() => streams.length === 1);
    const before = reads();
    streams[0]?.outgoing.write(frame('hello', '1:1:') + frame('standstill', '1:1:', standstill));
    await waitFor(() => reads() > before + 1);
    watch.epic = anEpic({ state: 'COMPLETED' });
    streams[0]?.outgoing.write(frame('change', '2:2:'));
  });
  assert.match(stdout, /No worker process asks for work[\s\S]*COMPLETED/);
});

test('an epic is at rest when all of it waits, and nothing is under way that has no events', () => {
  const now = Date.parse('2026-01-03T00:00:00.000Z');
  const step = { workflowId: 'epic-shop', taskKey: null, activity: 'push', progress: '40 %' };
  assert.ok(isAtRest(waiting, now));
  assert.ok(isAtRest(anEpic({ tasks: [aTask({ state: 'BLOCKED', hold }), aTask({ key: 'next' })] }), now));
  for (const epic of [
    anEpic(),
    anEpic({ hold, tasks: [aTask({ state: 'IN_PROGRESS' })] }),
    anEpic({ hold, progress: [step] }),
    anEpic({ hold: { ...hold, kind: 'lane', since: new Date(now).toISOString() } }),
  ]) {
    assert.ok(!isAtRest(epic, now));
  }
});
