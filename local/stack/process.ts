/** Processes by id: how one is started, whether an id is still the same process, and how it is ended. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** What to spawn. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** What it started ends with it, even when it was killed: `node --watch` would leave its child behind. */
  readonly group?: boolean;
  /** What asks the program to end; SIGTERM by default. */
  readonly stopSignal?: NodeJS.Signals;
}

/** A process id together with when it was started, since ids are given again. */
export interface ProcessRef {
  readonly pid: number;
  readonly started: string;
}

/** When the process was started, in the system's own terms; nothing when there is none (a zombie counts as none). */
export function startedAt(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return ps(pid, 'lstart=');
    // The name in parentheses may hold anything, blanks and parentheses too.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\)\s/s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** The command line of a process, blanks between its arguments. */
export function commandOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return ps(pid, 'command=');
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined;
  } catch {
    return undefined;
  }
}

export const isRunning = ({ pid, started }: ProcessRef): boolean => startedAt(pid) === started;

/** Asks a process to end and makes it end after `graceMs`; answers when it is gone. Safe for ids that were given again. */
export async function endProcess(
  target: ProcessRef,
  options: { readonly signal?: NodeJS.Signals; readonly graceMs: number; readonly force?: AbortSignal },
): Promise<void> {
  if (options.force?.aborted !== true) send(target, options.signal ?? 'SIGTERM');
  const deadline = Date.now() + options.graceMs;
  while (isRunning(target)) {
    if (Date.now() >= deadline || options.force?.aborted) send(target, 'SIGKILL');
    await sleep(20);
  }
}

export function send(target: ProcessRef, signal: NodeJS.Signals): void {
  if (!isRunning(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Ends what is left of the group of processes that `pid` has led. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const ps = (pid: number, column: string): string | undefined =>
  execFileSync('ps', ['-p', String(pid), '-o', column], { encoding: 'utf8' }).trim() || undefined;
