/** The stack of any build in processes of its own, begun by its command as a person begins it, and ended with all it started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Connection } from '@temporalio/client';
import { VARIABLES } from '../config/variables.ts';
import { exec, inheritedEnvironment } from '../exec.ts';
import { freePort } from '../local/stack/ports.ts';
import type { Build } from './build.ts';
import { type BenchStack, driveStack } from './drive.ts';
import { createSource } from './factory.ts';
import { untilAborted } from './interruptible.ts';

export interface BenchStackOptions {
  readonly build: Build;
  /** Of its state and its repository; made when it is missing, so that a second stack goes on where the first was. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly variables?: Readonly<Record<string, string>> | undefined;
}

/** What every task of a measurement is verified with. */
export const VERIFY = 'test -s README.md';
const PORTS = ['POSTGRES_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'BACKEND_PORT', 'FRONTEND_PORT'] as const;

/** Nobody has to approve anything, and its commands run without a sandbox. */
export async function withStack<T>(
  { build, folder, signal, variables }: BenchStackOptions,
  work: (stack: BenchStack) => Promise<T>,
): Promise<T> {
  if ((await mkdir(folder, { recursive: true })) !== undefined) await createSource(folder, VERIFY);
  const env = await environmentOf(folder, variables);
  const file = process.execPath;
  const factory = join(build.checkout, 'bin', 'factory.js');
  const command = async (...args: string[]) => {
    const { exitCode, stderr } = await exec({ file, args: [factory, ...args], env, inherit: 'nothing' });
    if (exitCode !== 0)
      throw new Error(`factory ${args.join(' ')} of ${build.name} ended with ${exitCode}:\n${stderr}`);
  };
  // In a group of its own: Ctrl-C reaches this process alone, which ends the stack in order.
  const launcher = spawn(file, [factory, 'start', '--json'], {
    ...{ env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const ended = once(launcher, 'close');
  let connection: Connection | undefined;
  try {
    await untilAborted(untilReady(launcher.stdout, launcher.stderr, build), signal);
    connection = await Connection.connect({ address: `127.0.0.1:${env.TEMPORAL_PORT}` });
    const stack = driveStack({
      folder,
      stateDir: env.STATE_DIR as string,
      connection,
      apiUrl: `http://127.0.0.1:${env.BACKEND_PORT}`,
      command,
    });
    return await untilAborted(work(stack), signal);
  } finally {
    await connection?.close();
    launcher.kill('SIGTERM');
    await ended;
    await command('stop', '--commands');
  }
}

/** Settles with its first line, which tells the addresses. One that ends before has said why. */
async function untilReady(stdout: Readable, stderr: Readable, { name }: Build): Promise<void> {
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const first = await Promise.race([once(stdout, 'data'), once(stdout, 'end')]);
  if (first.length === 0) throw new Error(`The stack of ${name} ended before it was ready:\n${said}`);
  stdout.resume();
}

/** Nothing of this shell or of a checkout's `.env`: an empty variable counts as one that is not set, and wins over it. */
async function environmentOf(
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const ports = await Promise.all(PORTS.map(async (name) => [name, String(await freePort())] as const));
  const unset = [...Object.keys(VARIABLES), 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_PROFILE'];
  return {
    ...inheritedEnvironment(),
    ...Object.fromEntries(unset.map((name) => [name, ''])),
    ...Object.fromEntries(ports),
    STATE_DIR: join(folder, 'state'),
    TMUX_SOCKET_PATH: join(folder, 'tmux'),
    GIT_BASE_REPO_PATH: join(folder, 'source.git'),
    SANDBOX: 'off',
    REQUIRE_HUMAN_APPROVAL: 'false',
    ...variables,
  };
}
