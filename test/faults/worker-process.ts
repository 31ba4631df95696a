/** Keeps one worker process running as the launcher does, but without a pause after its death. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { absolute } from '../../config/files.ts';
import { endProcess, startedAt } from '../../local/stack/process.ts';

export interface KeptWorker {
  /** SIGKILL from outside, wherever the process is in its work. */
  kill(): void;
  pid(): number | undefined;
  /** Starts so far. */
  starts(): number;
  stop(): Promise<void>;
}

export interface WorkerCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}

/** A process that cannot even start must not be started a hundred times a second. */
const PAUSE_MS = 50;

export function keepWorker({ args, env, logFile }: WorkerCommand): KeptWorker {
  let pid: number | undefined;
  let starts = 0;
  let stopping = false;

  async function keepRunning(): Promise<void> {
    while (!stopping) {
      await runOnce();
      await sleep(PAUSE_MS);
    }
  }

  function runOnce(): Promise<void> {
    const log = openSync(logFile, 'a');
    const child = spawn(process.execPath, [absolute('test/faults/worker.ts'), ...args], {
      env,
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    pid = child.pid;
    starts += 1;
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => {
        pid = undefined;
        resolve();
      });
    });
  }

  const running = keepRunning();
  running.catch(() => undefined);
  return {
    kill() {
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    pid: () => pid,
    starts: () => starts,
    async stop() {
      stopping = true;
      const started = pid === undefined ? undefined : startedAt(pid);
      if (pid !== undefined && started !== undefined) await endProcess({ pid, started }, { graceMs: 3_000 });
      await running;
    },
  };
}
