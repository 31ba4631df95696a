/** Commands of factory.yaml: run as durable commands that a retry takes up. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { finalFailure, passingFailure } from '../clients/failures.ts';
import { journalPath, tmuxSession } from '../clients/git/names.ts';
import type { GitHost } from '../clients/git/repository.ts';
import { outputBytes, readOutput } from '../clients/terminal/journal.ts';
import type { Terminal } from '../clients/terminal/tmux.ts';
import type { Database } from '../db/connection.ts';
import type { RunSetupInput } from '../workflows/contract/verification.ts';
import { type CommandHost, confine } from './terminal/confine.ts';
import { type CommandResult, runDurableCommand } from './terminal/run-command.ts';
import { withoutColors } from './without-colors.ts';

export interface VerifyDependencies {
  readonly db: Database;
  readonly host: GitHost;
  readonly terminal: Terminal;
  readonly commands: CommandHost;
}

export interface PolicyCommand {
  /** Unique among the commands of one activity. */
  readonly name: string;
  readonly script: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Where it runs: the worktree, and whose it is to git. */
  readonly cwd: string;
  readonly ownerOfTree: string;
  /** Its home, which other commands share. */
  readonly home: string;
  /** Called before it begins. */
  readonly begins?: (journalDir: string) => Promise<void>;
  /** For a command whose tests are reported: the files that runners need, and variables that lead to the folder. */
  readonly reports?: {
    readonly tools: readonly string[];
    readonly variables: (folder: string) => Record<string, string>;
  };
}

/** How a command ended, and where its report is to be found. */
export interface PolicyResult extends CommandResult {
  readonly reports: {
    readonly folder: string;
    /** When it began, in milliseconds. */
    readonly since: number;
    /** All that it printed, as far as that is bounded, with secrets. */
    readonly readAll: () => Promise<{ readonly output: string; readonly isCut: boolean }>;
    /** Values that neither it nor a report may show, by name. */
    readonly secrets: Readonly<Record<string, string>>;
    /** The names of the variables that it got for its report. */
    readonly given: readonly string[];
  };
}

/** More is no whole report. */
const REPORT_BYTES = 16 << 20;

/** So often a try of the activity begins a command, before it leaves the machine alone for a while. */
const MOST_INTERRUPTIONS = 2;
/** After so many tries something ends the command each time, and only a person can find out what. */
const MOST_TRIES = 3;
export const TIMED_OUT_EXIT_CODE = 124;

/** Names the work of the activity that runs, whichever of its tries this is. */
export function activityName({ begun }: Pick<RunSetupInput, 'begun'>): string {
  const { activityId, workflowExecution } = Context.current().info;
  return shortHash(`${workflowExecution?.runId} ${begun ?? activityId}`);
}

/**
 * Runs a command under a journal that all tries of this work share and no later one does, so that "verify again" does run
 * again.
 */
export async function runPolicyCommand(
  { terminal, host, commands }: VerifyDependencies,
  input: RunSetupInput,
  command: PolicyCommand,
): Promise<PolicyResult> {
  const { epicId, taskKey } = input;
  const { name, script, timeoutMs, signal, cwd, ownerOfTree, home, begins, reports } = command;
  const tree = { ...input, epicId: ownerOfTree, worktree: cwd };
  const confinement = await confine(commands, host, { ...tree, readOnly: false });
  const journalDir = journalPath(host, epicId, taskKey, `${name}-${activityName(input)}`);
  await begins?.(journalDir);
  const session = tmuxSession(epicId, taskKey);
  const folder = join(journalDir, 'reports');
  const { secrets } = confinement;
  // The policy's own are never overridden, nor those that lead programs to where they are.
  const asked = reports?.variables(folder) ?? {};
  const ours = { ...asked, ...commands.sandbox.variables };
  for (const secret of Object.keys(secrets)) delete ours[secret];
  const env = { ...ours, ...confinement.env };
  const given = Object.keys(asked).filter((name) => env[name] === asked[name]);
  const result = await runDurableCommand({
    ...confinement,
    env,
    ...(reports === undefined ? {} : { reports: { folder, tools: reports.tools } }),
    terminal,
    journalDir,
    session,
    cwd,
    home,
    script,
    timeoutMs,
    signal,
  });
  const since = (await stat(join(journalDir, 'launch')).catch(() => undefined))?.mtimeMs ?? 0;
  const readAll = async () => ({
    output: await readOutput(journalDir, REPORT_BYTES),
    isCut: (await outputBytes(journalDir)) > REPORT_BYTES,
  });
  return { ...result, reports: { folder, since, readAll, secrets, given } };
}

/**
 * Begins again when a command was interrupted, which may be repeated: by a number of times that each try of the activity
 * adds to. `work` is given the number of the time, and returns undefined when it was interrupted.
 */
export async function repeated<T>(
  what: string,
  host: Pick<GitHost, 'host'>,
  work: (time: number) => Promise<T | undefined>,
): Promise<T> {
  const tries = Math.min(Context.current().info.attempt, MOST_TRIES);
  const times = tries * MOST_INTERRUPTIONS;
  for (let time = 1; time <= times; time++) {
    const result = await work(time);
    if (result !== undefined) return result;
  }
  const words = `${what} was interrupted ${times} times`;
  if (tries < MOST_TRIES) throw passingFailure('CommandInterrupted', `${words}; it is tried again`);
  const remedy = `find out what kills it or its tmux server on host ${host.host} (memory is the usual cause), then retry the task`;
  throw finalFailure(
    'CommandInterrupted',
    `${words}, each time because something outside the factory killed it; ${remedy}`,
  );
}

export const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);

/** The end of what a command printed, without its colours. */
export function tail(text: string, bytes: number): string {
  const clean = Buffer.from(withoutColors(text));
  return clean.length <= bytes ? clean.toString() : `…${clean.subarray(-bytes).toString()}`;
}
