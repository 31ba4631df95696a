/**
 * The home of the commands that verify a commit, beside its worktree: what set-up puts there (packages, browsers) is there
 * for the checks. It is kept when something is (kept-set-up.ts), and each commit finds it as set-up left it.
 */
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { removePaths } from '../../clients/git/remove-untracked.ts';
import { replaceFile } from '../../clients/git/repository.ts';
import { readNoteIfThere } from '../../clients/read-if-there.ts';
import { exec } from '../../exec.ts';
import { differences, readFileStats } from './file-stats.ts';

/** The folder that commands are given, in `folder`, which holds all that is remembered of it too. */
export const homeIn = (folder: string): string => join(folder, 'now');
const copyIn = (folder: string): string => join(folder, 'kept');
const noteIn = (folder: string): string => join(folder, 'facts.json');

/** A home in which there is nothing. False when something cannot be deleted. */
export async function emptyHome(folder: string): Promise<boolean> {
  if (await isEmpty(folder)) return true;
  const isGone = await removePaths([folder]);
  await mkdir(homeIn(folder), { recursive: true, mode: 0o700 });
  return isGone;
}

/** Whether it is as `emptyHome` leaves it. */
async function isEmpty(folder: string): Promise<boolean> {
  const home = homeIn(folder);
  try {
    const facts = await lstat(home);
    if (!facts.isDirectory() || (facts.mode & 0o777) !== 0o700) return false;
    return (await readdir(home)).length === 0 && (await readdir(folder)).join() === basename(home);
  } catch {
    return false;
  }
}

/** Remembers the home as it is. */
export async function keepHome(folder: string): Promise<boolean> {
  const isCopied = (await removePaths([copyIn(folder)])) && (await copy(homeIn(folder), copyIn(folder)));
  return isCopied && (await note(folder));
}

/** Makes it what was remembered: what was added is removed, and when anything else differs all of it is copied again. */
export async function restoreHome(folder: string): Promise<boolean> {
  const noted = await readNoteIfThere<[string, string][]>(noteIn(folder));
  if (noted === undefined) return false;
  const found = await readFileStats([homeIn(folder)]);
  const different = found && differences(new Map(noted), found);
  if (different?.changed === false) return await removePaths(different.added);
  const isCopied = (await removePaths([homeIn(folder)])) && (await copy(copyIn(folder), homeIn(folder)));
  return isCopied && (await note(folder));
}

async function note(folder: string): Promise<boolean> {
  const facts = await readFileStats([homeIn(folder)]);
  if (facts !== undefined) await replaceFile(noteIn(folder), JSON.stringify([...facts]));
  return facts !== undefined;
}

const copy = async (from: string, to: string): Promise<boolean> =>
  (await exec({ file: 'cp', args: ['-a', from, to], idleMs: 60_000 })).exitCode === 0;
