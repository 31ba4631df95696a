/** A migrated database of its own for each test file, copied from a template on the test run's server. */
import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { connect, type Database } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { migrations } from '../../db/migrations/index.ts';

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
  /** Closes the pool and removes the database; call it in `after`. */
  drop(): Promise<void>;
}

// Any number that no other advisory lock of the server uses.
const TEMPLATE_LOCK = 7_403_112;

/** Creates a database; the first caller on a server also makes the template, whoever comes meanwhile waits for it. */
export async function createDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env.FACTORY_TEST_POSTGRES_URL;
  if (serverUrl === undefined) {
    throw new Error('FACTORY_TEST_POSTGRES_URL is not set; run tests with `node test/run.ts <file…>`, which sets it');
  }
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, async (server) => {
    await server.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const template = await ensureTemplate(server, serverUrl);
    await server.query(`create database ${name} template ${template}`);
  });
  const url = withDatabase(serverUrl, name);
  const db = connect(url, { max: 5 });
  return {
    db,
    url,
    async drop() {
      await db.destroy();
      await onServer(serverUrl, (server) => server.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** The template's name follows the migrations' text, so that a server which outlives an edit is not a trap. */
async function ensureTemplate(server: pg.Client, serverUrl: string): Promise<string> {
  const source = JSON.stringify(Object.entries(migrations).map(([key, migration]) => [key, migration.up.toString()]));
  const template = `template_${createHash('sha256').update(source).digest('hex').slice(0, 12)}`;
  const found = await server.query('select 1 from pg_database where datname = $1', [template]);
  if (found.rowCount === 1) return template;
  // Under another name until it is whole: a run that was killed in between leaves nothing that looks usable.
  const unfinished = `${template}_unfinished`;
  await server.query(`drop database if exists ${unfinished} with (force)`);
  await server.query(`create database ${unfinished}`);
  const db = connect(withDatabase(serverUrl, unfinished), { max: 1 });
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
  await server.query(`alter database ${unfinished} rename to ${template}`);
  return template;
}

/** The connection's end also ends its advisory lock. */
async function onServer<T>(url: string, use: (server: pg.Client) => Promise<T>): Promise<T> {
  const server = new pg.Client({ connectionString: url });
  await server.connect();
  try {
    return await use(server);
  } finally {
    await server.end();
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
