/** What the tools that run on a host share: their input, the stored result, the names of their journals. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { CancelledFailure } from '@temporalio/common';
import { failure, finalFailure } from '../../clients/failures.ts';
import { worktreeGone } from '../../clients/git/git.ts';
import { journalPath, type WorktreeBase } from '../../clients/git/names.ts';
import { refuseLinkedWorktree } from '../../clients/git/worktree-folder.ts';
import type { BeginMark } from '../../clients/terminal/journal.ts';
import type { Database } from '../../db/connection.ts';
import { beginToolCall, finishToolCall, readToolCall, type ToolCallResult } from '../../db/writes/tool-calls.ts';
import type { Placement } from '../../workflows/contract/placement.ts';
import type { CommandPolicy } from '../../workflows/contract/settings.ts';
import type { CheckpointResult, SecretsAllowed } from '../../workflows/contract/worktree.ts';
import { hideInput } from '../agent/kept-content.ts';
import { shortHash } from '../short-hash.ts';

/** The host that the tools run on. */
export type HostFolder = Pick<WorktreeBase, 'stateDir' | 'host'>;

export interface HostToolInput {
  readonly agentId: string;
  readonly turn: number;
  readonly toolUseId: string;
  readonly epicId: string;
  readonly taskKey?: string;
  readonly repository: string;
  /** Absolute. */
  readonly worktree: string;
  readonly placement: Placement;
  readonly readOnly: boolean;
  readonly timeoutSeconds: number;
  readonly policy: CommandPolicy;
  /** Asks for the turn's checkpoint too: no later call of the turn changes files. The exceptions are those of its start. */
  readonly checkpoint?: SecretsAllowed;
}

/** What the workflow sees; the output itself stays in tool_calls. */
export interface HostToolResult {
  readonly isError: boolean;
  readonly summary: string;
  /** A hash of the output, for the agent's workflow to see whether anything has changed. */
  readonly mark?: string;
  /** Missing where none was asked for, and where the workflow is to have it taken by an activity of its own. */
  readonly checkpoint?: CheckpointResult;
}

/**
 * The result that is stored, or else what `use` makes of the model's input, stored. `use` sets the mark itself.
 * Fails: NotFound, WorktreeGone (final); DiskFull (retried).
 */
export async function answerOnce(
  db: Database,
  { agentId, turn, toolUseId, worktree }: HostToolInput,
  use: (input: unknown, mark: BeginMark) => Promise<ToolCallResult>,
): Promise<HostToolResult> {
  const id = { transcript: agentId, turn, toolUseId };
  const row = await readToolCall(db, id);
  if (row === undefined) throw finalFailure('NotFound', `Turn ${turn} of ${agentId} has no tool call ${toolUseId}`);
  const answered = row.output !== null && row.is_error !== null;
  // A call that may have begun reports itself how it ended.
  if (!answered && row.started_at === null && !existsSync(worktree)) throw worktreeGone(worktree);
  if (!answered) await refuseLinkedWorktree(worktree);
  const mark = { isSet: row.started_at !== null, set: () => beginToolCall(db, id) };
  try {
    const result = answered
      ? { output: row.output ?? '', isError: row.is_error === true, exitCode: row.exit_code ?? undefined }
      : await use(row.input, mark).catch(asDiskFull);
    if (!answered) await finishToolCall(db, id, result);
    await hideInput(db, id, row.input);
    return { isError: result.isError, summary: summaryOf(result), mark: resultMark(result, row.input) };
  } catch (error) {
    // A cancelled call is not carried out again; one that another attempt takes up needs its input.
    if (error instanceof CancelledFailure) await hideInput(db, id, row.input);
    throw error;
  }
}

function asDiskFull(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ENOSPC') throw error;
  const message = 'No space is left on the host for journals or the worktree. Free some.';
  throw failure('DiskFull', message, { cause: error, nextRetryDelay: '30s' });
}

/** Where the call keeps its journal: the model made up its id, so a hash of it becomes the name. */
export function toolJournal(host: HostFolder, input: HostToolInput): string {
  const { agentId, turn, toolUseId, epicId, taskKey } = input;
  const hash = createHash('sha256').update(`${agentId}\0${toolUseId}`).digest('hex').slice(0, 16);
  return journalPath(host, epicId, taskKey, `${agentName(agentId)}-t${turn}-${hash}`);
}

/** Where an agent's cwd and exported variables carry over from one command to the next. */
export function shellFolder(host: HostFolder, input: HostToolInput): string {
  return journalPath(host, input.epicId, input.taskKey, `shell-${agentName(input.agentId)}`);
}

/** `implement-1` of `abc.schema.implement.1`; the folder says the rest. */
const agentName = (agentId: string): string => agentId.split('.').slice(2).join('-');

/** A command that failed without a word says nothing: two searches that find nothing are not the same error. */
function resultMark({ output, isError }: ToolCallResult, input: unknown): string {
  const isSilent = isError && /^\[[^\]]*\]$/.test(output);
  return shortHash(isSilent ? [output, input] : output);
}

/** For the workflow's history, which holds nothing of the output: that may be anything. */
const summaryOf = ({ isError, exitCode }: ToolCallResult): string =>
  exitCode === undefined ? (isError ? 'error' : 'done') : `exit ${exitCode}`;
