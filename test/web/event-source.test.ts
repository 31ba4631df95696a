/** A page's stream of events against a server that breaks it, refuses it and does not know the position. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { openEvents } from '../../web/data/event-source.ts';

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));
let url: string;
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
});
after(() => server.close());

const stream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });

test('a broken stream resumes after the last event; a position that the API does not know is given up', async () => {
  const asked: (string | undefined)[] = [];
  const { promise: resumed, resolve } = Promise.withResolvers<void>();
  answer = (request, response) => {
    const position = request.headers['last-event-id'] as string | undefined;
    asked.push(position);
    if (asked.length === 1) stream(response).end('id: 7\nevent: change\ndata: one\n\n');
    else if (position !== undefined) response.writeHead(400).end();
    else stream(response).write('id: 8\nevent: change\ndata: two\n\n');
  };
  const seen: string[] = [];
  let lost = 0;
  const end = openEvents({
    url,
    onOpen: () => {},
    onLost: () => {
      lost += 1;
    },
    on: {
      change(data) {
        seen.push(data);
        if (data === 'two') resolve();
      },
    },
  });
  await resumed;
  end();
  server.closeAllConnections();
  assert.deepEqual(asked, [undefined, '7', undefined]);
  assert.deepEqual([seen, lost], [['one', 'two'], 2]);
});

test('a stream that is closed at once makes no request', async () => {
  let asked = 0;
  answer = (_, response) => {
    asked += 1;
    response.end();
  };
  openEvents({ url, onOpen: () => {}, on: {} })();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(asked, 0);
});
