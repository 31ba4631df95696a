/** Keeps one process running: output to a log file, ready by a condition, started again when it dies. */

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { type Command, endGroup, endProcess, startedAt } from './process.ts';

export interface Supervision {
  readonly name: string;
  /** Asked before each start. */
  readonly command: () => Promise<Command>;
  readonly logFile: string;
  /** Whether the process does its work; asked until it says so. */
  readonly isReady: (startedAt: Date) => Promise<boolean>;
  /** How long the first start may take. */
  readonly readyMs: number;
  readonly onPid: (pid: number | undefined) => void;
  readonly onEvent: (message: string) => void;
}

export interface Supervised {
  readonly name: string;
  /** Settles once: the process is ready, or an error with the end of its log; it is stopped then. */
  readonly ready: Promise<void>;
  /** Ends the process and starts it no more. `force` ends it at once, even while it is ending. */
  stop(options: { graceMs: number; force: AbortSignal }): Promise<void>;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** A process that ran this long is taken for healthy: its next death costs no long pause. */
const HEALTHY_MS = 10_000;
/** A program such as Temporal looks for free ports of its own, which others can take before it has them. */
const PORT_TAKEN = /address already in use/i;
const MOST_STARTS = 3;
const LARGEST_LOG_BYTES = 20_000_000;

/** Starts the process. It is kept running from when it was ready; before that, its end is an error. */
export function supervise(options: Supervision): Supervised {
  const { name, logFile, onPid, onEvent } = options;
  let child: ChildProcess | undefined;
  let stopSignal: NodeJS.Signals | undefined;
  const stopping = new AbortController();
  rotate(logFile);
  const logStart = sizeOf(logFile);

  /** One life of the process; returns how it ended. */
  async function run(): Promise<string> {
    const command = await options.command();
    if (stopping.signal.aborted) return 'it was stopped';
    stopSignal = command.stopSignal;
    child = start(command, logFile);
    onPid(child.pid);
    const { pid } = child;
    const cause = await ended(child);
    if (command.group === true && pid !== undefined) endGroup(pid);
    onPid(undefined);
    child = undefined;
    return cause;
  }

  /** For as long as nobody stops it. */
  async function keepRunning(first: Promise<string>): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (let current = first; ; current = run()) {
      const before = Date.now();
      const cause = await current.catch((error: unknown) => (error as Error).message);
      if (stopping.signal.aborted) return;
      onEvent(`${name} ended: ${cause}`);
      pauseMs = Date.now() - before > HEALTHY_MS ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      onEvent(`${name} is started again`);
    }
  }

  const stop: Supervised['stop'] = async ({ graceMs, force }) => {
    stopping.abort();
    const pid = child?.pid;
    const started = pid === undefined ? undefined : startedAt(pid);
    if (pid !== undefined && started !== undefined) {
      await endProcess({ pid, started }, { graceMs, force, ...defined({ signal: stopSignal }) });
    }
    await running.catch(() => {});
  };

  const since = new Date();
  let running: Promise<unknown> = Promise.resolve();

  async function becomeReady(): Promise<void> {
    let problem: string | undefined;
    for (let start = 1; start <= MOST_STARTS; start++) {
      const life = run();
      running = life;
      const ending = life.then(
        (cause) => `it ended (${cause})`,
        (error: unknown) => (error as Error).message,
      );
      problem = await Promise.race([ending, untilReady(options, since, stopping.signal)]);
      if (problem === undefined) {
        running = keepRunning(life);
        return;
      }
      if (child !== undefined || stopping.signal.aborted || !PORT_TAKEN.test(tail(logFile, logStart))) break;
    }
    await stop({ graceMs: 2_000, force: new AbortController().signal });
    throw new Error(`${name} did not start: ${problem}.${tail(logFile, logStart)}\nIts log: ${logFile}`);
  }

  const ready = becomeReady();
  // A caller that stops everything may never await it.
  ready.catch(() => {});
  return { name, ready, stop };
}

async function untilReady(options: Supervision, since: Date, stopped: AbortSignal): Promise<string | undefined> {
  const deadline = Date.now() + options.readyMs;
  while (!stopped.aborted) {
    if (await options.isReady(since).catch(() => false)) return undefined;
    if (Date.now() > deadline) return `it was not ready after ${options.readyMs / 1000} s`;
    await sleep(50);
  }
  return 'it was stopped';
}

function start(command: Command, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a');
  try {
    return spawn(command.file, command.args, {
      env: command.env,
      ...defined({ cwd: command.cwd, uid: command.uid, gid: command.gid }),
      // A group of its own: Ctrl-C reaches the launcher alone, which ends the processes in their order.
      detached: true,
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

const ended = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function rotate(file: string): void {
  if (sizeOf(file) > LARGEST_LOG_BYTES) renameSync(file, `${file}.1`);
}

/** The last lines that were written since `from`. */
function tail(file: string, from: number): string {
  if (sizeOf(file) <= from) return '';
  const lines = readFileSync(file).subarray(from).toString('utf8').trimEnd().split('\n').slice(-12);
  return lines.join('').trim() === '' ? '' : `\n${lines.map((line) => `  | ${line}`).join('\n')}`;
}
