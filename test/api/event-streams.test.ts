/** Streams of events when something is not as it should be: readers, the pooler, PostgreSQL, the end of the API. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect as openSocket, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import type { WakeMode } from '../../api/change-waker.ts';
import { createFeed, type FeedEvent } from '../../api/feed.ts';
import { openStream } from '../../api/streams.ts';
import { createListen, type Listen } from '../../db/listen.ts';
import { follow } from '../support/event-stream.ts';
import { capOf, openEventsServer, startEventsServer, writeCap } from '../support/events-server.ts';
import { waitFor } from '../support/wait-for.ts';

const { close, database, server } = await openEventsServer();
after(close);

/** As its own process sees it, which outlives the test's database. */
async function onServer(text: string): Promise<{ rows: Record<string, unknown>[] }> {
  const client = new pg.Client({ connectionString: process.env.FACTORY_TEST_POSTGRES_URL });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

const databaseName = () => new URL(database.url).pathname.slice(1);
const backends = (where: string) => `from pg_stat_activity where datname = '${databaseName()}' and ${where}`;
const LISTENERS = "application_name = 'factory events'";

async function listeners(): Promise<number[]> {
  const { rows } = await onServer(`select pid ${backends(LISTENERS)}`);
  return rows.map(({ pid }) => pid as number);
}

/** Asks for the stream and reads what comes only when it is told to. */
function askBySocket(url: string): Socket {
  const { port, pathname } = new URL(url);
  const socket = openSocket(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET ${pathname} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  return socket;
}

test('PostgreSQL is listened to only while somebody follows', async () => {
  await waitFor(async () => (await listeners()).length === 0);
  const streams = [follow({ url: server.url }), follow({ url: server.url })];
  await Promise.all(streams.map((stream) => stream.next('hello')));
  await waitFor(async () => (await listeners()).length === 1);
  await Promise.all(streams.map((stream) => stream.end()));
  await waitFor(async () => (await listeners()).length === 0);
});

test('a connection that is killed is made again, and nothing is missed', async () => {
  const stream = follow({ url: server.url });
  await stream.next('hello');
  const [first] = await waitFor(async () => {
    const found = await listeners();
    return found.length > 0 && found;
  });
  await onServer(`select pg_terminate_backend(pid) ${backends(LISTENERS)}`);
  await writeCap(database.db, 'while deaf');
  await waitFor(async () => (await listeners()).some((pid) => pid !== first));
  await waitFor(() => stream.changes().length > 0);
  assert.deepEqual(stream.changes(), [capOf('while deaf')]);
  await stream.end();
});

test('streams stay while PostgreSQL is away, and go on when it is back', async () => {
  const stream = follow({ url: server.url });
  await stream.next('hello');
  await onServer(`alter database ${databaseName()} allow_connections false`);
  await onServer(`select pg_terminate_backend(pid) ${backends('true')}`);
  await waitFor(() => server.hasLogged('Changes cannot be read'));
  const late = follow({ url: server.url });
  await onServer(`alter database ${databaseName()} allow_connections true`);
  await waitFor(() => server.hasLogged('Changes can be read again'));
  await late.next('hello');
  await writeCap(database.db, 'after the outage');
  await Promise.all([stream.next('change'), late.next('change')]);
  assert.deepEqual([stream.changes(), late.changes()], [[capOf('after the outage')], [capOf('after the outage')]]);
  await Promise.all([stream.end(), late.end()]);
});

test('where notifications do not arrive changes are looked for, and listened to again once they do', async () => {
  let isDeaf = true;
  const listen: Listen = (listener) =>
    createListen(database.url)({ ...listener, onNotification: (text) => isDeaf || listener.onNotification(text) });
  const [events, modes, lines]: [FeedEvent[], WakeMode[], string[]] = [[], [], []];
  const note = (_: unknown, text?: string) => void lines.push(text ?? String(_));
  const log = { info: note, warn: note, error: note };
  const feed = createFeed({ db: database.db, listen, log, listenAgainMs: 100 });
  const subscription = feed.subscribe({ onEvent: (event) => events.push(event), onMode: (mode) => modes.push(mode) });
  await waitFor(() => modes.includes('looking') && events.length > 0);
  await writeCap(database.db, 'unheard');
  await waitFor(() => events.some(({ kind }) => kind === 'change'));
  isDeaf = false;
  await waitFor(() => modes.at(-1) === 'listening');
  assert.deepEqual(modes, ['looking', 'listening']);
  assert.match(lines.join('\n'), /looking for changes once a second\n[\s\S]*arrive again/);
  subscription.end();
  await feed.stop();
});

test('a stream says that changes are only looked for', async () => {
  const deaf = await startEventsServer(database, { listen: () => Promise.reject(new Error('no LISTEN here')) });
  const socket = askBySocket(deaf.url);
  let text = '';
  socket.setEncoding('utf8').on('data', (data) => {
    text += data;
  });
  await waitFor(() => /: PostgreSQL's notifications do not arrive here.*once a second/.test(text));
  await waitFor(() => text.includes('event: hello'));
  await writeCap(database.db, 'looked for');
  await waitFor(() => text.includes('looked for'));
  socket.destroy();
  await deaf.app.close();
});

test('a reader that does not read is disconnected, and the others are not', async () => {
  const slow = askBySocket(server.url).pause();
  const stream = follow({ url: server.url });
  await stream.next('hello');
  let written = 0;
  await waitFor(
    async () => {
      const round = written++;
      // A megabyte a batch; the kernel takes the first few.
      await sql`insert into budgets (epic_id, cap_microusd)
        select repeat('x', 1000) || ${round}::int || '-' || i, 1 from generate_series(1, 500) as i`.execute(
        database.db,
      );
      return server.hasLogged('did not keep up');
    },
    { timeoutMs: 60_000 },
  );
  await waitFor(() => stream.changes().length === written * 500);
  slow.destroy();
  await stream.end();
});

test('a process has only so many streams, and says so', async () => {
  const sockets = Array.from({ length: 200 }, () => askBySocket(server.url).resume());
  const ask = async () => {
    const response = await fetch(server.url);
    return { status: response.status, headers: response.headers, reader: response.body?.getReader() };
  };
  const refused = await waitFor(async () => {
    const { status, headers, reader } = await ask();
    const text = new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    return status === 503 && { text, after: headers.get('retry-after') };
  });
  assert.equal(refused.after, '5');
  assert.match(refused.text, /"Unavailable".*200 streams of events are open/);
  for (const socket of sockets) socket.destroy();
  await waitFor(async () => {
    const { status, reader } = await ask();
    await reader?.cancel();
    return status === 200;
  });
});

test('an API that stops ends its streams instead of waiting for them', async () => {
  const stopped = await startEventsServer(database);
  const streams = [follow({ url: stopped.url }), follow({ url: stopped.url })];
  await Promise.all(streams.map((stream) => stream.next('hello')));
  // As a browser opens it ahead of need.
  const unused = openSocket(Number(new URL(stopped.url).port), '127.0.0.1');
  await once(unused, 'connect');
  const began = performance.now();
  await stopped.app.close();
  // Far below the minutes for which Node keeps what is open.
  assert.ok(performance.now() - began < 5_000);
  for (const { ended } of streams) assert.equal(await ended, undefined);
});

test('a stream that its reader leaves unread ends too', async () => {
  const opened = Promise.withResolvers<ReturnType<typeof openStream>>();
  const closed = Promise.withResolvers<void>();
  const plain = createServer(async (_, response) => {
    const ignore = () => undefined;
    const stream = openStream(response, { position: ignore, onSlow: ignore, onEnd: closed.resolve });
    // The kernel takes the first megabytes.
    do {
      stream.comment('x'.repeat(200_000));
      await nextTurn();
    } while (response.writableLength === 0);
    opened.resolve(stream);
  });
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  const socket = askBySocket(`http://127.0.0.1:${(plain.address() as AddressInfo).port}/`).pause();
  (await opened.promise).end();
  await closed.promise;
  socket.destroy();
  plain.close();
});
