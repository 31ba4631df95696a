/**
 * Deletes what is left on a host of epics that ended long ago: journals of commands, worktrees that were moved aside, and
 * detached ones, which a host that was lost meanwhile still has.
 */
import { existsSync } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  clonesFolder,
  isDetachedPath,
  journalsFolder,
  type WorktreeBase,
  worktreesFolder,
} from '../clients/git/names.ts';
import { removePaths } from '../clients/git/remove-untracked.ts';
import type { Database } from '../db/connection.ts';
import { endedEpics } from '../db/reads/ended.ts';
import { KEPT_DAYS } from './forge/sweep-checkpoints.ts';
import { adminDir } from './worktree/worktree-state.ts';

interface Removed {
  /** The epics of which nothing is left to delete. */
  readonly deleted: readonly string[];
  /** The epics of which something could not be deleted. */
  readonly stuck: readonly string[];
}

/**
 * Deletes them and returns the ids of the epics. A task's worktree at its place stays, whatever became of it, and so does
 * everything of an epic that was opened again, or that the database does not know.
 * Idempotent: what is gone is not missed; what cannot be deleted is tried again by the next call.
 */
export async function removeEnded(db: Database, host: WorktreeBase, signal: AbortSignal): Promise<Removed> {
  const [journals, worktrees] = [journalsFolder(host), worktreesFolder(host)];
  const clones = (await foldersIn(clonesFolder(host))).map((name) => join(clonesFolder(host), name));
  const left = new Map((await foldersIn(journals)).map((epicId) => [epicId, [join(journals, epicId)]]));
  for (const epicId of await foldersIn(worktrees)) {
    const worthless = (await foldersIn(join(worktrees, epicId))).filter(
      (name) => ASIDE.test(name) || isDetachedPath(name),
    );
    if (worthless.length === 0) continue;
    const folders = worthless.map((name) => join(worktrees, epicId, name));
    const gitsOwn = worthless
      .filter(isDetachedPath)
      .flatMap((name) => clones.map((gitDir) => adminDir({ gitDir }, epicId, name)));
    left.set(epicId, [...(left.get(epicId) ?? []), ...gitsOwn.filter((path) => existsSync(path)), ...folders]);
  }
  const ended = await endedEpics(db, { ids: [...left.keys()], days: KEPT_DAYS });
  const deleted: string[] = [];
  for (const epicId of ended) {
    if (!(await removePaths(left.get(epicId) ?? [], signal))) continue;
    deleted.push(epicId);
    await rmdir(join(worktrees, epicId)).catch(() => undefined);
  }
  return { deleted, stuck: ended.filter((epicId) => !deleted.includes(epicId)) };
}

/** As activities/worktree/prepare.ts names them. */
const ASIDE = /\.stale-[0-9a-f-]+$/;

/** No links, which could lead anywhere. */
const foldersIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
