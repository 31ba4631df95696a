/** A host's terminal for one test file: state folder, tmux server of its own, and the end of both. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandResult, type DurableCommand, runDurableCommand } from '../../activities/terminal/run-command.ts';
import { isAlive } from '../../clients/is-alive.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { createTerminal, endServer, type Terminal } from '../../clients/terminal/tmux.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { type WaitOptions, waitFor } from './wait-for.ts';

export interface TestTerminal {
  readonly stateDir: string;
  readonly terminal: Terminal;
  readonly worktree: string;
  /** A durable command with the given journal's name and script. */
  command(name: string, script: string, options?: Partial<DurableCommand>): DurableCommand;
  run(name: string, script: string, options?: Partial<DurableCommand>): Promise<CommandResult>;
  /** Waits for the pid that a command wrote to a file of the worktree. */
  pidIn(file: string): Promise<number>;
  end(): Promise<void>;
}

/** `below`: a folder outside /tmp, where a command's own /tmp would hide what is in it. */
export function createTestTerminal({ below = tmpdir() } = {}): TestTerminal {
  const stateDir = mkdtempSync(join(below, 'term-'));
  const worktree = join(stateDir, 'work tree');
  mkdirSync(worktree);
  const terminal = createTerminal({ stateDir, host: 'test' });
  const command = (name: string, script: string, options: Partial<DurableCommand> = {}): DurableCommand => ({
    terminal,
    journalDir: join(stateDir, 'journal', name),
    session: 'epic/task',
    script,
    cwd: worktree,
    env: {},
    secrets: {},
    sandbox: NO_SANDBOX('of the test'),
    readOnly: false,
    git: undefined,
    network: [],
    limits: RepositoryPolicy.parse({}).limits,
    timeoutMs: 30_000,
    ...options,
  });
  return {
    stateDir,
    terminal,
    worktree,
    command,
    run: (name, script, options) => runDurableCommand(command(name, script, options)),
    pidIn: (file) => waitFor(() => Number(textOf(join(worktree, file))) || undefined, { what: `a pid in ${file}` }),
    async end() {
      await endServer(terminal);
      rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Waits until a process has ended. */
export const isGone = (pid: number, options: WaitOptions = {}): Promise<true> =>
  waitFor(() => !isAlive(pid), { what: `the end of ${pid}`, ...options });

/** The text of a file, undefined while there is none. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
