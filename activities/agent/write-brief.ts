/** The brief of an agent's round: what is wanted now, with what rows and the worktree add to it. */

import { finalFailure } from '../../clients/failures.ts';
import type { Database } from '../../db/connection.ts';
import { readBriefFacts } from '../../db/reads/brief-facts.ts';
import { readCorrespondence } from '../../db/reads/correspondence.ts';
import { writeBriefRow } from '../../db/writes/transcripts.ts';
import type { Brief } from '../../workflows/contract/brief.ts';
import type { IgnoredFiles } from '../../workflows/contract/change.ts';
import { epicWorkflowId, taskWorkflowId } from '../../workflows/contract/ids.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import type { WorktreeInput } from '../../workflows/contract/worktree.ts';
import { briefText } from './briefs.ts';

export interface WriteBriefInput extends WorktreeInput {
  readonly agentId: string;
  readonly turn: number;
  readonly brief: Brief;
  /** Names the step, which writes one brief. */
  readonly round?: string;
}

/** What only the host knows. */
export interface BriefSources {
  /** Tracked files of the worktree's commit. */
  readonly files: (input: WriteBriefInput, signal: AbortSignal) => Promise<readonly string[]>;
  /** The files that the task's branch and worktree change against a commit, with how much. */
  readonly tree: (input: WriteBriefInput, baseSha: string, signal: AbortSignal) => Promise<string>;
  /** The files that are in the worktree and, ignored by git, in no commit. */
  readonly ignored: (input: WriteBriefInput, signal: AbortSignal) => Promise<IgnoredFiles | undefined>;
  /** The change between two commits as a unified diff. */
  readonly diff: (
    input: WriteBriefInput,
    range: { baseSha: string; headSha: string },
    signal: AbortSignal,
  ) => Promise<string>;
  /** The same since a commit that this host may not have; nothing then. */
  readonly since: BriefSources['diff'];
}

/**
 * Stores how the round that begins with `turn` opens: the brief, with what rows and the worktree add to it. The first text
 * of a turn stays, since the model may have read it.
 * Fails NotFound when there is no such transcript (final), and as git does.
 */
export function createWriteBrief({ db, sources }: { db: Database; sources: BriefSources }) {
  return async function writeBrief(input: WriteBriefInput, signal: AbortSignal): Promise<void> {
    const { agentId: transcript, turn, epicId, taskKey, repository, worktree, brief } = input;
    const known = await readBriefFacts(db, { transcript, epicId, taskKey, commitSha: commitOf(brief) });
    if (known === undefined) throw finalFailure('NotFound', `There is no transcript ${transcript}`);
    const { told, task, ...facts } = known;
    const needsTask = !SAYS_TASK.has(brief.kind) && !told.includes('implement') && task !== undefined;
    const ignored = await ignoredFor(input, signal);
    const body = briefText(brief, {
      ...facts,
      epicId,
      repository,
      worktree,
      epicTold: told.includes('plan') || told.includes('correspond'),
      epicTitle: facts.epicTitle ?? epicId,
      files: brief.kind === 'plan' ? await sources.files(input, signal) : [],
      diff: brief.kind === 'review' ? await sources.diff(input, brief, signal) : '',
      since: await sinceReviewed(sources, input, signal),
      ...(brief.before === undefined ? {} : { tree: await sources.tree(input, brief.before.baseSha, signal) }),
      ...defined({ ignored }),
      ...(brief.kind === 'correspond' ? { correspondence: await readCorrespondence(db, epicId, transcript) } : {}),
      ...defined({ taskKey }),
      ...(needsTask ? { untoldTask: task } : {}),
    });
    const holder = taskKey === undefined ? epicWorkflowId(epicId) : taskWorkflowId(epicId, taskKey);
    await writeBriefRow(db, {
      transcript,
      turn,
      kind: brief.kind,
      body,
      on: { holder, epoch: input.placement.epoch },
      ...defined({ round: input.round }),
    });
  };

  /** A Worker's own tree is at hand; a reviewer stands in another one. */
  function ignoredFor(
    input: WriteBriefInput,
    signal: AbortSignal,
  ): Promise<IgnoredFiles | undefined> | IgnoredFiles | undefined {
    const { brief } = input;
    if (brief.kind === 'verification') return sources.ignored(input, signal);
    return brief.kind === 'review' ? brief.ignored : undefined;
  }
}

/** For a reviewer who is not the first. */
async function sinceReviewed(sources: BriefSources, input: WriteBriefInput, signal: AbortSignal): Promise<string> {
  const { brief } = input;
  const last = brief.kind === 'review' ? brief.earlier?.at(-1) : undefined;
  if (brief.kind !== 'review' || last === undefined) return '';
  return sources.since(input, { baseSha: last.headSha, headSha: brief.headSha }, signal);
}

/** Rounds that say the task themselves, or have none. */
const SAYS_TASK: ReadonlySet<string> = new Set(['plan', 'implement', 'review']);

function commitOf(brief: Brief): string | undefined {
  if (brief.kind === 'verification') return brief.commitSha;
  return brief.kind === 'review' ? brief.headSha : undefined;
}
