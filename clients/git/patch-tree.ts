/** A tree with some of its paths changed. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitRepo, git } from './git.ts';
import type { Stage } from './merge-report.ts';

/** What becomes of a path; undefined takes it away. */
export type Patch = ReadonlyMap<string, Pick<Stage, 'mode' | 'blob'> | undefined>;

/** The tree with what the patches have at their paths. */
export async function patchTree({ gitDir, signal }: GitRepo, tree: string, patches: readonly Patch[]) {
  const repo: GitRepo = { gitDir, indexFile: join(gitDir, `factory-patching-${randomUUID()}`), signal };
  const entries = patches.flatMap((patch) => [...patch]);
  const lines = [
    // First what goes: a file may take the place of a folder.
    ...entries.flatMap(([path, version]) => (version === undefined ? [`0 ${'0'.repeat(40)}\t${path}\0`] : [])),
    ...entries.flatMap(([path, version]) =>
      version === undefined ? [] : [`${version.mode} ${version.blob}\t${path}\0`],
    ),
  ];
  try {
    await git(repo, ['read-tree', tree]);
    await git(repo, ['update-index', '-z', '--index-info'], { input: lines.join('') });
    return (await git(repo, ['write-tree', '--missing-ok'])).trim();
  } finally {
    await rm(repo.indexFile as string, { force: true });
  }
}
