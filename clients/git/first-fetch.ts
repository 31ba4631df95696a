/**
 * The first fetch into an empty repository, which may bring gigabytes. For git a fetch is all or nothing: one that was
 * cut off leaves nothing that the next could use. So after such a one history is fetched in steps, the newest commits
 * first and then more of the past each time, and each step that arrived is kept.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeDeadDrafts } from '../dead-drafts.ts';
import { finalFailure } from '../failures.ts';
import { readIfThere } from '../read-if-there.ts';
import { isGitFailure } from './failures.ts';
import type { GitRepo } from './git.ts';

/** Fetches these refspecs, with `options` for `git fetch` in front. */
export type Fetch = (options: readonly string[], refspecs: readonly string[]) => Promise<unknown>;

/** Says of a repository that it is not filled yet, and with what a cut-off fetch wanted to fill it. */
const MARK = 'factory-unfilled';
/** Files that git writes while it receives, and leaves behind when it is killed. */
const DRAFT = /^tmp_(pack|idx|rev)_/;
const FIRST_STEP = 64;

/** To be called when the repository is made. */
export const markUnfilled = (gitDir: string): Promise<void> => writeFile(join(gitDir, MARK), '');

/** Fetches, and where an earlier fetch that was to fill the repository was cut off, goes on from what that had brought. */
export async function fetchOrFill(repo: GitRepo, refspecs: readonly string[], fetch: Fetch): Promise<void> {
  const mark = join(repo.gitDir, MARK);
  const wanted = await readIfThere(mark);
  if (wanted === undefined) {
    await fetch([], refspecs);
    return;
  }
  const all = [...new Set([...wanted.split('\n').filter(Boolean), ...refspecs])];
  const wasCutOff = wanted !== '' || (await readBoundary(repo)) !== undefined;
  await writeFile(mark, all.join('\n'));
  try {
    await (wasCutOff ? fillInSteps(repo, all, fetch) : fetch([], all));
  } catch (error) {
    if (!isGitFailure(error, 'branch-missing')) throw error;
    // Nobody else may have to ask for it again.
    await writeFile(mark, '');
    if (all.length === refspecs.length) throw error;
    return await fetchOrFill(repo, refspecs, fetch);
  }
  await rm(mark);
}

async function fillInSteps(repo: GitRepo, refspecs: readonly string[], fetch: Fetch): Promise<void> {
  await removeDeadDrafts(join(repo.gitDir, 'objects', 'pack'), (name) => DRAFT.test(name));
  let boundary = await readBoundary(repo);
  if (boundary === undefined) {
    await fetch(['--depth=1'], refspecs);
    boundary = await readBoundary(repo);
  }
  for (let step = FIRST_STEP; boundary !== undefined; step *= 2) {
    await fetch([`--deepen=${step}`], refspecs);
    const next = await readBoundary(repo);
    if (next === boundary) {
      const remedy = 'run `git fetch --unshallow` there';
      throw finalFailure(
        'GitFailed',
        `The source is itself a shallow clone and lacks a part of its history; ${remedy}`,
      );
    }
    boundary = next;
  }
}

/** Where history ends that is here so far; undefined when all of it is here. */
const readBoundary = (repo: GitRepo): Promise<string | undefined> =>
  readFile(join(repo.gitDir, 'shallow'), 'utf8').then(
    (text) => text || undefined,
    () => undefined,
  );
