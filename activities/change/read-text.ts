/** The text of a version of a file. */
import { type GitRepo, git, gitResult } from '../../clients/git/git.ts';
import type { Version } from './changed-files.ts';

/** Null for what is no text, or longer than `maxBytes`. */
export async function readText(bare: GitRepo, { mode, blob }: Version, maxBytes: number): Promise<string | null> {
  if (!mode.startsWith('10')) return null;
  const args = ['cat-file', 'blob', blob];
  const { exitCode, truncated, stdout } = await gitResult(bare, args, { maxBytes });
  if (truncated || stdout.includes('\0')) return null;
  // The same again, for its failure in our words.
  return exitCode === 0 ? stdout : await git(bare, args);
}
