/** Durable commands: started at most once, whatever happens to the worker process, and waited for by whoever comes next. */

import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { failure, passingFailure } from '../../clients/failures.ts';
import { isAlive } from '../../clients/is-alive.ts';
import { makeFolder } from '../../clients/make-folder.ts';
import { exists } from '../../clients/read-if-there.ts';
import {
  type Confinement,
  FILTER_FILE,
  type Launch,
  launchScript,
  PRIVATE_FOLDERS,
  privateFolder,
  type Reports,
  SECRETS_FILE,
  secretsScript,
  WRAPPER,
} from '../../clients/terminal/command.ts';
import { END_TIMEOUT_MS, endProcesses } from '../../clients/terminal/end-processes.ts';
import {
  type BeginMark,
  cookieOf,
  isStarted,
  readExit,
  readLeader,
  readOutput,
  readStop,
  type StopReason,
  writeJournal,
  writeStop,
} from '../../clients/terminal/journal.ts';
import { unreachedNote } from '../../clients/terminal/network-note.ts';
import { withoutValues } from '../../clients/terminal/secrets.ts';
import { findWindow, openWindow, type Terminal, type Window } from '../../clients/terminal/tmux.ts';
import { waitForEvent } from '../../clients/terminal/wait-for-event.ts';
import { lostAttempt } from '../lost-attempt.ts';
import { withoutSecrets } from '../secrets/redact.ts';

export interface DurableCommand extends Confinement {
  readonly terminal: Terminal;
  /** Absolute and this command's alone: the same folder again is the same run, whatever else is asked for. */
  readonly journalDir: string;
  /** The tmux session; its window 0 follows the journals beside this one. */
  readonly session: string;
  /** For bash. */
  readonly script: string;
  /** The worktree; where the script starts unless a folder carries over. */
  readonly cwd: string;
  /** On top of the allow-list of clients/terminal/command.ts. */
  readonly env: Readonly<Record<string, string>>;
  /** The same, but written nowhere for longer than it takes to start, and cut out of the output. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** A folder through which cwd and exported variables carry over to later commands with the same folder, best effort. */
  readonly carryDir?: string;
  /** A folder that several commands have as their home, where there is a sandbox; else each has its own. */
  readonly home?: string | undefined;
  readonly reports?: Reports | undefined;
  /** Without one, a journal that was deleted means that the command runs again. */
  readonly mark?: BeginMark;
  /** Called about once a second with the length of the output in bytes. */
  readonly heartbeat?: (outputBytes: number) => void;
  /** A cancellation ends the command; when only the worker process leaves, the command stays. Both throw. */
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  /** Unknown when interrupted; 128 + n after signal n. */
  readonly exitCode: number | undefined;
  /** stdout and stderr as they came, without secrets, at most 2 MB: head and tail. */
  readonly output: string;
  /** Begun, and neither finished nor running: it may or may not have done its work. */
  readonly interrupted: boolean;
  readonly timedOut: boolean;
  /** Ended because it wrote more than OUTPUT_LIMIT_BYTES. */
  readonly tooMuchOutput: boolean;
}

/** A window can close before its wrapper began, when somebody ends tmux at that moment; more often is a defect. */
const OPENINGS = 3;

/**
 * Runs a script in a tmux window and answers when nothing of it runs any more, or takes up a run that began before.
 * Idempotent: the journal decides. `exit` there: returned; window alive: waited for; not started: opened, since only
 * one wrapper can begin; started without exit or window, or a journal that was deleted since: interrupted.
 * Fails: TerminalUnavailable; CommandInterrupted (retried) when the worker process leaves while the command goes on.
 */
export async function runDurableCommand(command: DurableCommand): Promise<CommandResult> {
  const { terminal, journalDir, mark, signal } = command;
  if (signal?.aborted) throw leaving(signal.reason) ?? signal.reason;
  if (mark?.isSet && !(await exists(journalDir))) {
    await endProcesses(cookieOf(journalDir));
    return await readResult(command);
  }
  const cookie = cookieOf(journalDir);
  const isNew = await createJournal(command, cookie);
  let window: Window | undefined;
  for (let openings = 0; ; ) {
    const isOpened = !isNew || openings > 0;
    // A command that has ended needs no window.
    if (isOpened && (await readExit(journalDir)) !== undefined) return readResult(command);
    // In this order, since others may be opening the window too: what has started has its window until `exit` is there.
    const started = await isStarted(journalDir);
    if (isOpened) window = await findWindow(terminal, cookie);
    if ((await readExit(journalDir)) !== undefined) return readResult(command);
    const wasDeleted = openings > 0 && !(await exists(journalDir));
    if (window === undefined && (started || wasDeleted)) {
      await endProcesses(cookieOf(journalDir));
      return readResult(command);
    }
    if (window === undefined) {
      if (openings === OPENINGS)
        throw failure('TerminalUnavailable', 'tmux closes each window before its command begins');
      openings++;
      if (mark?.isSet === false && openings === 1) await mark.set();
      window = await openCommandWindow(command, cookie);
    }
    const event = await waitForEvent(command, window);
    if (event === 'aborted') return await abort(command, window);
    if (event === 'too-much-output') await stop(command, window, 'output');
  }
}

/** Whether the command of a journal goes on; what a dead tmux server has left of it is ended. */
export async function stillRuns(terminal: Terminal, journalDir: string): Promise<boolean> {
  if ((await readExit(journalDir)) !== undefined) return false;
  if ((await findWindow(terminal, cookieOf(journalDir))) !== undefined) return true;
  await endProcesses(cookieOf(journalDir));
  return false;
}

async function createJournal(command: DurableCommand, cookie: string): Promise<boolean> {
  const { journalDir, script, cwd: worktree, sandbox, carryDir, home, reports } = command;
  const { env, readOnly, git, limits, network, secrets } = command;
  const hasSecrets = Object.keys(secrets).length > 0;
  const launch: Launch = {
    cookie,
    worktree,
    journalDir,
    carryDir,
    home,
    reports,
    env,
    hasSecrets,
    sandbox,
    readOnly,
    git,
    limits,
    network,
  };
  if (carryDir !== undefined) await makePrivate(carryDir, ['shell']);
  if (home !== undefined) await makePrivate(home, ['.']);
  const isNew = await writeJournal(journalDir, {
    // The last newline, because bash reads a script by lines and a here-document may end it.
    script: script.endsWith('\n') ? script : `${script}\n`,
    launch: launchScript(launch),
    ...(sandbox.filter === undefined ? {} : { [FILTER_FILE]: sandbox.filter }),
  });
  if (reports !== undefined) await makePrivate(reports.folder, ['.']);
  const folder = privateFolder(launch);
  if (folder !== undefined) await makePrivate(folder, PRIVATE_FOLDERS);
  return isNew;
}

async function makePrivate(parent: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) await makeFolder(join(parent, folder), { mode: 0o700 });
}

async function openCommandWindow(command: DurableCommand, cookie: string): Promise<Window> {
  const { terminal, journalDir, session, timeoutMs, secrets } = command;
  const values = join(journalDir, SECRETS_FILE);
  if (Object.keys(secrets).length > 0) await writeFile(values, secretsScript(secrets), { mode: 0o600 });
  try {
    return await openWindow(terminal, {
      session,
      folder: dirname(journalDir),
      name: basename(journalDir).slice(-20),
      argv: ['sh', WRAPPER, cookie, journalDir, (timeoutMs / 1_000).toFixed(3)],
    });
  } catch (error) {
    // Nobody will read them now. Where tmux only did not answer in time, its window may be about to.
    if (error instanceof ApplicationFailure && error.nonRetryable === true) await rm(values, { force: true });
    throw error;
  }
}

async function abort(command: DurableCommand, window: Window): Promise<never> {
  const reason: unknown = command.signal?.reason;
  const left = leaving(reason);
  if (left === undefined) await stop(command, window, 'cancelled');
  throw left ?? reason;
}

/** Shutdown, a lost attempt: nobody wants the command ended, and another attempt will take it up where it is. */
function leaving(reason: unknown): Error | undefined {
  const why = lostAttempt(reason);
  if (why === undefined) return undefined;
  const what = why === 'PAUSED' ? 'Temporal paused the activity' : `The worker process leaves (${why})`;
  return passingFailure('CommandInterrupted', `${what}; the command goes on in tmux`);
}

/** Ends a command and waits until its wrapper has said so. */
async function stop(command: DurableCommand, window: Window, reason: StopReason): Promise<void> {
  const { journalDir } = command;
  await writeStop(journalDir, reason);
  const deadline = performance.now() + END_TIMEOUT_MS;
  // More than once, because the wrapper may be just about to start it.
  while (isAlive(window.pid) && performance.now() < deadline) {
    await endProcesses(cookieOf(journalDir), await readLeader(journalDir));
    if ((await waitForEvent({ journalDir, signal: AbortSignal.timeout(300) }, window)) === 'exit') return;
  }
}

/** What a command has printed until now, without secrets. */
export const outputSoFar = async ({
  journalDir,
  secrets,
}: Pick<DurableCommand, 'journalDir' | 'secrets'>): Promise<string> =>
  withoutSecrets(withoutValues(await readOutput(journalDir), secrets));

async function readResult({ journalDir, secrets, network, sandbox }: DurableCommand): Promise<CommandResult> {
  const exitCode = await readExit(journalDir);
  const stopped = await readStop(journalDir);
  const output = await outputSoFar({ journalDir, secrets });
  // With an allow-list the proxy knows better, and has said it.
  const mayHaveMet = exitCode !== undefined && exitCode !== 0 && network.length === 0 && sandbox.kind !== 'none';
  const note = mayHaveMet ? unreachedNote(output) : undefined;
  return {
    exitCode,
    output: note === undefined ? output : `${output.replace(/\n*$/, '\n')}${note}\n`,
    interrupted: exitCode === undefined,
    timedOut: stopped === 'timeout',
    tooMuchOutput: stopped === 'output',
  };
}
