/** Set-up and verification: the commands of factory.yaml, run as durable commands in a worktree. */
import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Database } from '../db/connection.ts';
import { coverEvidence, recordEvidence, removeEvidence, reuseEvidence } from '../db/writes/evidence.ts';
import type { Check, RepositoryPolicy } from '../workflows/contract/settings.ts';
import type { Placement } from '../workflows/contract/task.ts';
import { finalFailure, passingFailure } from './failures.ts';
import { EPIC_NAME, journalPath, tmuxSession } from './git/names.ts';
import type { Ref } from './git/refs.ts';
import type { GitHost } from './git/repository.ts';
import { disownSetUp, restoreTree } from './git/restore.ts';
import { uncommitted } from './git/snapshot.ts';
import { headOf, openWorktree, updateState, type Worktree } from './git/worktree-state.ts';
import { withHeartbeat } from './heartbeat.ts';
import { type CommandHost, confine } from './terminal/confine.ts';
import { type CommandResult, runDurableCommand } from './terminal/run-command.ts';
import type { Terminal } from './terminal/tmux.ts';

export interface VerifyDependencies {
  readonly db: Database;
  readonly host: GitHost;
  readonly terminal: Terminal;
  readonly commands: CommandHost;
}

export interface RunSetupInput {
  readonly epicId: string;
  /** Left out for the epic itself. */
  readonly taskKey?: string;
  readonly repository: string;
  readonly placement: Placement;
  readonly worktree: string;
  readonly policy: RepositoryPolicy;
}

export interface VerifyInput extends RunSetupInput {
  readonly commitSha: string;
  /** A commit that holds this one and has evidence already: what was green there counts here. */
  readonly coveredBy?: { readonly epicId: string; readonly taskKey: string; readonly commitSha: string };
}

export interface VerifyResult {
  readonly green: boolean;
  readonly checks: { readonly name: string; readonly exitCode: number }[];
  readonly treeSha: string;
  /** How long the checks took that were run. */
  readonly tookMs: number;
}

/** The finding, in place of the checks, that the worktree holds more than the commit. */
export const CLEAN_CHECK = 'worktree';

const OUTPUT_KEPT_BYTES = 100_000;
/** So often a try of the activity begins a command, before it leaves the machine alone for a while. */
const MOST_INTERRUPTIONS = 2;
/** After so many tries something ends the command each time, and only a person can find out what. */
const MOST_TRIES = 3;
const TIMED_OUT_EXIT_CODE = 124;

export function createVerifyActivities(dependencies: VerifyDependencies) {
  return {
    /**
     * Runs the repository's set-up command once in a worktree. What it leaves behind is no part of anybody's work.
     * Idempotent: a worktree remembers that it is set up, and a retry takes up the command that is running.
     * Fails: SetupFailed, WorktreeUnusable, SandboxUnavailable, SecretMissing (final); TerminalUnavailable, CommandInterrupted (retried, in the end final).
     * Runs on: host-<name>.
     */
    runSetup: (input: RunSetupInput): Promise<{ ran: boolean; tookMs: number }> =>
      withHeartbeat((signal) => runSetup(dependencies, input, signal)),

    /**
     * Runs each check on exactly this commit and records what it printed as evidence. A worktree that holds more than
     * the commit is an answer too, red with the paths as evidence, because its agent can mend it.
     * Idempotent: what passed for the same files does not run again, and a retry takes up the check that is running.
     * Fails: WorktreeUnusable (final) when the worktree is on another commit; SandboxUnavailable, SecretMissing (final);
     * TerminalUnavailable, CommandInterrupted (retried, in the end final).
     * Runs on: host-<name>.
     */
    verify: (input: VerifyInput): Promise<VerifyResult> =>
      withHeartbeat((signal) => verify(dependencies, input, signal)),
  };
}

async function runSetup(dependencies: VerifyDependencies, input: RunSetupInput, signal: AbortSignal) {
  const { setup, timeouts } = input.policy;
  const began = performance.now();
  if (setup === undefined) return { ran: false, tookMs: 0 };
  const worktree = await openWorktree(dependencies.host, input, signal);
  const id = shortHash(setup);
  if (worktree.state.setUp === id) return { ran: false, tookMs: 0 };
  const head = await headOf(worktree);
  // Begun and not ended: the tree was clean when the killed try began, whatever the command did since.
  const isClean = worktree.state.settingUp === id || (await uncommitted(worktree, head)).length === 0;
  const begun = await updateState(worktree, { settingUp: isClean ? id : undefined });
  const timeoutMs = timeouts.setupSeconds * 1_000;
  const result = await runCommand(dependencies, input, { name: `setup-${id}`, script: setup, timeoutMs, signal });
  if (result.exitCode !== 0) {
    const how = result.timedOut ? `did not end within ${timeouts.setupSeconds} s` : `ended with ${result.exitCode}`;
    const remedy =
      'mend the machine, then retry the task; a mended `setup` in factory.yaml of the base branch counts for epics that are submitted afterwards';
    throw finalFailure(
      'SetupFailed',
      `The set-up command ${how}; ${remedy}. It printed:\n${tail(result.output, 2_000)}`,
    );
  }
  if (isClean) await disownSetUp(begun, head);
  await updateState(begun, { setUp: id, settingUp: undefined });
  return { ran: true, tookMs: performance.now() - began };
}

async function verify(
  dependencies: VerifyDependencies,
  input: VerifyInput,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const { db } = dependencies;
  const { commitSha, policy } = input;
  const began = performance.now();
  const worktree = await openWorktree(dependencies.host, input, signal);
  const head = await headOf(worktree);
  if (head.sha !== commitSha) {
    throw finalFailure(
      'WorktreeUnusable',
      `${worktree.path} is at ${head.sha}, not at ${commitSha} which is to be verified`,
    );
  }
  const treeSha = head.tree;
  const key = { epicId: input.epicId, taskKey: input.taskKey ?? EPIC_NAME, commitSha, treeSha };
  const { coveredBy } = input;
  const reused =
    coveredBy === undefined
      ? await reuseEvidence(db, { ...key, checks: policy.verify })
      : await coverEvidence(db, { ...key, checks: policy.verify, by: coveredBy });
  const left = policy.verify.filter(({ name }) => !reused.has(name));
  const exitCodes = new Map([...reused].map((name) => [name, 0]));
  if (left.length > 0) {
    const begun = await begin(dependencies, worktree, head, key);
    if (begun === undefined) return { green: false, checks: [{ name: CLEAN_CHECK, exitCode: 1 }], treeSha, tookMs: 0 };
    for (const check of left) exitCodes.set(check.name, await runCheck(dependencies, input, { check, key, signal }));
    await restoreTree(begun, head);
  }
  const checks = policy.verify.map(({ name }) => ({ name, exitCode: exitCodes.get(name) ?? 1 }));
  const green = checks.every(({ exitCode }) => exitCode === 0);
  return { green, checks, treeSha, tookMs: performance.now() - began };
}

interface EvidenceKey {
  readonly epicId: string;
  readonly taskKey: string;
  readonly commitSha: string;
  readonly treeSha: string;
}

/** Makes sure that the files are the commit's. A retry may find in addition what its checks have left, and goes on. */
async function begin(
  { db, host }: VerifyDependencies,
  worktree: Worktree,
  head: Ref,
  key: EvidenceKey,
): Promise<Worktree | undefined> {
  if (worktree.state.verifying === key.commitSha) return worktree;
  const startedAt = new Date();
  const held = await uncommitted(worktree, head);
  if (held.length === 0) {
    await removeEvidence(db, { ...key, checkName: CLEAN_CHECK });
    return await updateState(worktree, { verifying: key.commitSha });
  }
  const output = [
    'Nothing was run: these paths are in the worktree and not in the commit, so the result would not be true of it.',
    'Add what belongs to the work, delete the rest, or name it in .gitignore.',
    ...held.slice(0, 200),
  ].join('\n');
  await recordEvidence(db, {
    ...{ ...key, checkName: CLEAN_CHECK, command: 'git status', exitCode: 1, output },
    ...{ verifiedBy: `host ${host.host}`, startedAt, finishedAt: new Date() },
  });
  return undefined;
}

async function runCheck(
  dependencies: VerifyDependencies,
  input: VerifyInput,
  { check, key, signal }: { check: Check; key: EvidenceKey; signal: AbortSignal },
): Promise<number> {
  const { db, host } = dependencies;
  const seconds = input.policy.timeouts.verifySeconds;
  const startedAt = new Date();
  const name = `verify-${key.commitSha.slice(0, 12)}-${shortHash(`${check.name}\n${check.command}`)}`;
  const command = { name, script: check.command, timeoutMs: seconds * 1_000, signal };
  const result = await runCommand(dependencies, input, command);
  const exitCode = result.timedOut ? TIMED_OUT_EXIT_CODE : (result.exitCode ?? 1);
  const note = result.timedOut ? `\nIt was ended because it took longer than ${seconds} s.` : '';
  await recordEvidence(db, {
    ...{ ...key, checkName: check.name, command: check.command, exitCode },
    ...{ output: tail(result.output, OUTPUT_KEPT_BYTES) + note, verifiedBy: `host ${host.host}` },
    ...{ startedAt, finishedAt: new Date() },
  });
  return exitCode;
}

/**
 * Runs a command of the policy under a journal that all tries of this activity share and no later one does, so that
 * "verify again" does run again. One that was interrupted may be repeated, and is, by a number of times that each try
 * adds to: what it finds interrupted it does not take for its own.
 */
async function runCommand(
  { terminal, host, commands }: VerifyDependencies,
  input: RunSetupInput,
  command: { name: string; script: string; timeoutMs: number; signal: AbortSignal },
): Promise<CommandResult> {
  const { epicId, taskKey, worktree } = input;
  const { activityId, attempt, workflowExecution } = Context.current().info;
  const run = shortHash(`${workflowExecution?.runId} ${activityId}`);
  const { name, script, timeoutMs, signal } = command;
  const confinement = await confine(commands, host, { ...input, readOnly: false });
  const tries = Math.min(attempt, MOST_TRIES);
  for (let time = 1; time <= tries * MOST_INTERRUPTIONS; time++) {
    const journalDir = journalPath(host, epicId, taskKey, `${name}-${run}-${time}`);
    const session = tmuxSession(epicId, taskKey);
    const where = { ...confinement, terminal, journalDir, session, cwd: worktree };
    const result = await runDurableCommand({ ...where, script, timeoutMs, signal });
    if (!result.interrupted) return result;
  }
  const times = `${name} was interrupted ${tries * MOST_INTERRUPTIONS} times`;
  if (tries < MOST_TRIES) throw passingFailure('CommandInterrupted', `${times}; it is tried again`);
  const remedy = `see what ends it or its tmux server on host ${host.host} (memory?), then retry the task`;
  throw finalFailure('CommandInterrupted', `${times}, by a kill from outside; ${remedy}`);
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);

/** The end of a text. */
function tail(text: string, bytes: number): string {
  const clean = Buffer.from(text);
  return clean.length <= bytes ? clean.toString() : `…${clean.subarray(-bytes).toString()}`;
}
