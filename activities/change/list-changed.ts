/** Lists the files that differ between two commits. */
import { type GitRepo, git } from '../../clients/git/git.ts';
import { type ChangedFile, readChangedFiles } from './changed-files.ts';

const MOST_NAMES_BYTES = 64 << 20;

export async function listChanged(bare: GitRepo, baseSha: string, headSha: string): Promise<ChangedFile[]> {
  const options = ['-r', '-z', '--raw', '--find-renames', '--no-abbrev', '--ignore-submodules=none'];
  const args = ['diff-tree', ...options, baseSha, headSha];
  return readChangedFiles(await git(bare, args, { maxBytes: MOST_NAMES_BYTES }));
}
