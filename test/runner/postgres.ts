/** The one PostgreSQL of a test run: the embedded one in a folder of its own, as fast as losing its data allows. */
import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../local/stack/ports.ts';
import { ensureDatabase, preparePostgres } from '../../local/stack/postgres.ts';
import { waitFor } from '../support/wait-for.ts';

export interface TestPostgres {
  readonly url: string;
  /** A data folder as it is before the first start: stacks of tests begin with a copy, which saves them a second. */
  readonly freshData: string;
  stop(): Promise<void>;
}

const FORGETFUL = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=400'];

/** Starts PostgreSQL on a free port; `stop` ends it and removes its folder, also when called twice. */
export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'factory-test-postgres-'));
  // As root, PostgreSQL runs as the user `postgres`, who must be able to walk into the folder.
  await chmod(folder, 0o755);
  const port = await freePort();
  const { file, args, stopSignal, ...options } = await preparePostgres(folder, port);
  const freshData = join(folder, 'fresh');
  copyData(join(folder, 'data'), freshData);
  const server = spawn(file, [...args, ...FORGETFUL.flatMap((setting) => ['-c', setting])], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const messages: string[] = [];
  server.stderr?.on('data', (data) => void messages.push(String(data)));
  let problem: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
    server.once('error', (error) => {
      problem = error;
      resolve();
    });
  });
  const stop = async () => {
    server.kill(stopSignal);
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `postgresql://factory:factory@127.0.0.1:${port}/postgres`;
  const ready = waitFor(() => ensureDatabase(url).then(() => true), { what: 'PostgreSQL to let us in' });
  try {
    await Promise.race([ready, ended.then(() => Promise.reject(problem ?? new Error('it ended by itself')))]);
  } catch (error) {
    ready.catch(() => {});
    await stop();
    throw new Error(`PostgreSQL for the tests did not start:\n${messages.join('').trim()}`, { cause: error });
  }
  return { url, freshData, stop };
}

/** With its owner, who is another when we are root. */
export const copyData = (from: string, to: string): void => void execFileSync('cp', ['-a', from, to]);
