/** The bash tool (Anthropic's bash_20250124): an agent's command as a durable command in its worktree. */
import { CancelledFailure } from '@temporalio/common';
import { z } from 'zod';
import { taskHome, tmuxSession } from '../../clients/git/names.ts';
import { removePaths } from '../../clients/git/remove-untracked.ts';
import type { BeginMark } from '../../clients/terminal/journal.ts';
import type { Terminal } from '../../clients/terminal/tmux.ts';
import { OUTPUT_LIMIT_BYTES } from '../../clients/terminal/wait-for-event.ts';
import type { Database } from '../../db/connection.ts';
import { finishToolCall, type ToolCallResult } from '../../db/writes/tool-calls.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { type CommandHost, confine } from '../terminal/confine.ts';
import { type CommandResult, outputSoFar, runDurableCommand } from '../terminal/run-command.ts';
import {
  answerOnce,
  type HostFolder,
  type HostToolInput,
  type HostToolResult,
  shellFolder,
  toolJournal,
} from './host-tool.ts';

const BashInput = z
  .object({ command: z.string().optional(), restart: z.boolean().optional() }, { error: 'the input is an object' })
  .refine(({ command, restart }) => restart === true || (command ?? '').trim() !== '', {
    error: 'give `command`, the text to run, or `restart`: true',
  });

export interface BashDependencies {
  readonly db: Database;
  readonly terminal: Terminal;
  readonly host: HostFolder;
  readonly commands: CommandHost;
}

export function createBashActivities({ db, terminal, host, commands }: BashDependencies) {
  async function runCommand(call: HostToolInput, script: string, mark: BeginMark): Promise<ToolCallResult> {
    const startedAt = performance.now();
    let bytes = 0;
    const confinement = await confine(commands, host, call);
    const run = (signal: AbortSignal) =>
      runDurableCommand({
        ...confinement,
        terminal,
        journalDir: toolJournal(host, call),
        session: tmuxSession(call.epicId, call.taskKey),
        script,
        cwd: call.worktree,
        timeoutMs: call.timeoutSeconds * 1_000,
        carryDir: shellFolder(host, call),
        // Who only looks shares nothing with who works.
        home: call.readOnly ? undefined : taskHome(host, call),
        mark,
        heartbeat: (length) => {
          bytes = length;
        },
        signal,
      });
    try {
      return describe(await withHeartbeat(run, () => ({ outputBytes: bytes })), call.timeoutSeconds);
    } catch (error) {
      if (error instanceof CancelledFailure) {
        const seconds = Math.round((performance.now() - startedAt) / 1_000);
        const id = { transcript: call.agentId, turn: call.turn, toolUseId: call.toolUseId };
        const printed = await outputSoFar({ journalDir: toolJournal(host, call), secrets: confinement.secrets });
        const note = `[The command was ended after ${seconds} s, with everything that it had started.]`;
        const output = [printed.replace(/\n+$/, ''), note].filter(Boolean).join('\n');
        await finishToolCall(db, id, { output, isError: true });
      }
      throw error;
    }
  }

  return {
    /**
     * Runs the command of a tool call in the agent's worktree and stores its output for the model.
     * Idempotent: a stored result stays; the journal makes sure that the command starts at most once, and a mark in
     * the database that it does not start again when the journal is gone.
     * Fails: TerminalUnavailable, SandboxUnavailable, SecretMissing, WorktreeGone, NotFound (final); CommandInterrupted (retried: the
     * command goes on meanwhile).
     * What goes wrong inside the command is the model's to deal with and no failure.
     * Runs on: host-<name>.
     */
    async bash(call: HostToolInput): Promise<HostToolResult> {
      return answerOnce(db, call, async (given, mark) => {
        const input = BashInput.safeParse(given);
        if (!input.success) return { output: `Wrong input: ${z.prettifyError(input.error)}`, isError: true };
        if (input.data.restart !== true) return runCommand(call, input.data.command ?? '', mark);
        if (!(await removePaths([shellFolder(host, call)]))) {
          return { output: 'Not all of the shell is gone: something in its /tmp cannot be deleted.', isError: true };
        }
        return { output: 'The shell starts again in the worktree, with the original environment.', isError: false };
      });
    },
  };
}

/** The output, and below it what the model must know about how the command ended. */
function describe(result: CommandResult, timeoutSeconds: number): ToolCallResult {
  const { exitCode } = result;
  const note = noteOn(result, timeoutSeconds);
  const output = [result.output.replace(/\n+$/, ''), note === undefined ? '' : `[${note}]`].filter(Boolean).join('\n');
  return { output: output === '' ? '(no output)' : output, isError: note !== undefined, exitCode };
}

function noteOn({ exitCode, interrupted, timedOut, tooMuchOutput }: CommandResult, timeoutSeconds: number) {
  if (timedOut) {
    return `The command was ended after its time limit of ${timeoutSeconds} s, with everything that it had started. Do it in smaller steps, or without what waits.`;
  }
  if (tooMuchOutput) {
    return `The command was ended because it wrote more than ${OUTPUT_LIMIT_BYTES / 1024 / 1024} MB. Send its output to a file and look at parts of that.`;
  }
  if (interrupted) {
    return 'The command was interrupted by a failure of the machine: it may or may not have finished. Check what it has done before you run it again.';
  }
  return exitCode === 0 ? undefined : `exit code ${exitCode}`;
}
