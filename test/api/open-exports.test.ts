/** Exports: so many at once, ended when nobody reads them, and when the API stops. */
import assert from 'node:assert/strict';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fastify } from 'fastify';
import { answerError } from '../../api/errors.ts';
import { createOpenExports } from '../../api/export/open-exports.ts';
import { waitFor } from '../support/wait-for.ts';

const LINE = `${'x'.repeat(100_000)}\n`;

/** A server whose export never ends by itself. */
async function startExports(t: TestContext, options: { most: number; unreadMs: number }) {
  const app = fastify();
  t.after(() => app.close());
  const ended: number[] = [];
  let begun = 0;
  app.setErrorHandler(answerError);
  const send = createOpenExports(app, options);
  async function* endless() {
    begun += 1;
    const number = begun;
    try {
      for (;;) yield LINE;
    } finally {
      ended.push(number);
    }
  }
  app.get('/', async (_, reply) => send(reply, endless()));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  /** Nothing of the body is read until somebody resumes it. */
  const ask = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get({ host: '127.0.0.1', port, agent: false }, (response) => {
        response.on('error', () => undefined);
        resolve(response);
      }).on('error', reject);
    });
  return { app, ask, ended };
}

test('one more than the most is refused until another has ended', { timeout: 60_000 }, async (t) => {
  const { ask, ended } = await startExports(t, { most: 1, unreadMs: 60_000 });
  const first = await ask();
  assert.equal(first.statusCode, 200);
  const second = await ask();
  second.resume();
  assert.deepEqual([second.statusCode, second.headers['retry-after']], [503, '5']);
  first.destroy();
  await waitFor(async () => ended.includes(1) || undefined, { what: 'the end of the first export' });
  const third = await ask();
  assert.equal(third.statusCode, 200);
  third.destroy();
});

test('an export that nobody reads is ended; one that is read goes on', { timeout: 60_000 }, async (t) => {
  const { ask, ended } = await startExports(t, { most: 2, unreadMs: 500 });
  const [read, unread] = [await ask(), await ask()];
  read.resume();
  await waitFor(async () => ended.includes(2) || undefined, { what: 'the end of the export that nobody reads' });
  assert.deepEqual(ended, [2]);
  read.destroy();
  unread.destroy();
});

test('the API ends without waiting for exports', { timeout: 60_000 }, async (t) => {
  const { app, ask, ended } = await startExports(t, { most: 2, unreadMs: 60_000 });
  const response = await ask();
  await app.close();
  assert.deepEqual(ended, [1]);
  response.destroy();
});
