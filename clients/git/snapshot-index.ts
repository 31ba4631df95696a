/**
 * The index that snapshots of a worktree are taken with, and beside it what it holds: while that note is there, an
 * unchanged worktree is known without asking git.
 */
import { copyFile, rm } from 'node:fs/promises';
import { readNoteIfThere } from '../read-if-there.ts';
import type { GitRepo } from './git.ts';
import { replaceFile, replaceWith } from './repository.ts';

export interface IndexNote {
  /** The tree that the index holds. */
  readonly tree: string;
  /** What git was told to ignore when it last looked. */
  readonly ignored: readonly string[];
}

const noteFile = (snapshots: GitRepo): string => `${snapshots.indexFile}.json`;

/** What the index holds; undefined when git must be asked. */
export const readNote = (snapshots: GitRepo): Promise<IndexNote | undefined> =>
  readNoteIfThere<IndexNote>(noteFile(snapshots));

export const writeNote = (snapshots: GitRepo, note: IndexNote): Promise<void> =>
  replaceFile(noteFile(snapshots), JSON.stringify(note));

/** Call it before the index changes: then a kill in between leaves no wrong answer. */
export const dropNote = (snapshots: GitRepo): Promise<void> => rm(noteFile(snapshots), { force: true });

/** Gives the snapshots' index what another knows of the files, which are those of `tree`. Its rules may ignore others. */
export async function keepIndex(from: GitRepo, snapshots: GitRepo, tree: string): Promise<void> {
  await dropNote(snapshots);
  await copyIndex(from, snapshots);
  await writeNote(snapshots, { tree, ignored: [] });
}

/** Gives one index what the other knows of the files, without reading them again. */
export async function copyIndex({ indexFile: from }: GitRepo, { indexFile: to }: GitRepo): Promise<void> {
  if (from === undefined || to === undefined) return;
  await replaceWith(to, (draft) => copyFile(from, draft));
}
