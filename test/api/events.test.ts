/** The stream of changes over real sockets and a real PostgreSQL: nothing twice, nothing missed, whatever breaks. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { buildServer } from '../../api/server.ts';
import type { Database } from '../../db/connection.ts';
import { createListen } from '../../db/listen.ts';
import { writeBudget } from '../../db/writes/budgets.ts';
import { sweepChanges } from '../../db/writes/changes.ts';
import { reportHost } from '../../db/writes/hosts.ts';
import { absentTemporal } from '../support/api.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { follow } from '../support/event-stream.ts';
import { waitFor } from '../support/wait-for.ts';

const temporal = absentTemporal();
let database: TestDatabase;
let server: Awaited<ReturnType<typeof startServer>>;

before(async () => {
  database = await createDatabase();
  server = await startServer();
});
after(async () => {
  await server.app.close();
  await database.drop();
});

async function startServer(options: Partial<Parameters<typeof buildServer>[0]> = {}) {
  const listen = createListen(database.url);
  const app = await buildServer({
    db: database.db,
    temporal,
    listen,
    allowedHosts: [],
    logLevel: 'silent',
    ...options,
  });
  return { app, url: `${await app.listen({ host: '127.0.0.1', port: 0 })}/events` };
}

const cap = (epicId: string, db: Database = database.db) => writeBudget(db, epicId, Math.floor(Math.random() * 1e9));
const budgetOf = (epicId: string) => ({ kind: 'budget', id: epicId, epicId, taskKey: null });

test('a change comes within moments, equal ones of a batch once, and only what is asked for', async () => {
  const all = follow({ url: server.url });
  const one = follow({ url: `${server.url}?epicId=mine` });
  await Promise.all([all.next('hello'), one.next('hello')]);
  await database.db.transaction().execute(async (trx) => {
    await cap('mine', trx);
    await cap('mine', trx);
    await cap('other', trx);
  });
  await Promise.all([all.next('change'), one.next('change')]);
  assert.deepEqual(all.changes(), [budgetOf('mine'), budgetOf('other')]);
  assert.deepEqual(one.changes(), [budgetOf('mine')]);
  await Promise.all([all.end(), one.end()]);
});
