/** An API that listens, over a database of its own, for tests of the stream of events. */
import { buildServer, type ServerOptions } from '../../api/server.ts';
import type { Database } from '../../db/connection.ts';
import { createListen } from '../../db/listen.ts';
import { writeCap as setCap } from '../../db/writes/budgets.ts';
import { absentTemporal } from './api.ts';
import { createDatabase, type TestDatabase } from './database.ts';

export async function startEventsServer(database: TestDatabase, options: Partial<ServerOptions> = {}) {
  const lines: string[] = [];
  const app = await buildServer({
    db: database.db,
    temporal: absentTemporal(),
    listen: createListen(database.url),
    allowedHosts: [],
    logLevel: 'info',
    logTo: { write: (line) => void lines.push(line) },
    ...options,
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const hasLogged = (text: string): boolean => lines.some((line) => line.includes(text));
  return { app, url: `${origin}/events`, hasLogged };
}

/** One over a database of its own; call `close` in `after`. */
export async function openEventsServer() {
  const database = await createDatabase();
  const server = await startEventsServer(database);
  return {
    database,
    server,
    async close(): Promise<void> {
      await server.app.close();
      await database.drop();
    },
  };
}

/** The smallest write that is a change, and what the stream says of it. */
export const writeCap = (db: Database, epicId: string) =>
  setCap(db, epicId, { unit: 'usd', amount: Math.floor(Math.random() * 1e9) });
export const capOf = (epicId: string) => ({ kind: 'budget', id: epicId, epicId, taskKey: null });
