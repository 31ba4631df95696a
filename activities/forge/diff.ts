/** What a pull request changes, read on this machine: from the local forge's mirror, else from the clone of a host. */
import { existsSync, readdirSync } from 'node:fs';
import { type GitRepo, gitResult } from '../../clients/git/git.ts';
import { clonePath, hostsPath, mirrorPath, remoteBranchRef } from '../../clients/git/names.ts';
import { type DiffFile, listDiffFiles } from './diff-files.ts';
import { createPatchReader, type PatchPiece, readWholePatches } from './diff-patch.ts';

export interface ChangesQuestion {
  readonly repository: string;
  /** A full ref or a commit. */
  readonly base: string;
  readonly head: string;
}

export interface Changes {
  /** Where base and head part. */
  readonly baseSha: string;
  readonly headSha: string;
  readonly files: readonly DiffFile[];
}

export interface PatchFrom {
  readonly repository: string;
  readonly baseSha: string;
  readonly headSha: string;
  /** One file from an offset in bytes, or the files after one (null: from the first), as many as fit. */
  readonly from: { readonly path: string; readonly offset: number } | { readonly afterFile: string | null };
}

export interface PatchAnswer extends PatchPiece {
  /** The diff ends with it. */
  readonly isLast: boolean;
}

/** From the first of the files on. */
type FromFiles = Omit<PatchFrom, 'repository'> & { readonly files: readonly DiffFile[] };

/** Changes nothing; runs wherever the API runs. */
export interface MirrorReader {
  /** The mirror, where it is on this machine. */
  mirror(repository: string): string | undefined;
  /** Nothing when no repository on this machine has both commits. */
  readChanges(question: ChangesQuestion): Promise<Changes | undefined>;
  /** A piece of the patch; "unchanged" when there is no such file, or none after it; nothing when `baseSha` is no ancestor here. */
  readPatch(question: PatchFrom): Promise<PatchAnswer | 'unchanged' | undefined>;
}

/** Lists of files, which never change between two commits. */
const MOST_LISTS = 20;

export function createMirrorReader(stateDir: string): MirrorReader {
  const hosts = hostsPath(stateDir);
  const lists = new Map<string, Promise<readonly DiffFile[]>>();
  const readPiece = createPatchReader();

  const mirror = (repository: string): string | undefined => {
    const gitDir = mirrorPath(stateDir, repository);
    return existsSync(gitDir) ? gitDir : undefined;
  };

  /** A clone knows the forge's branches under another name, and has what waits for a person before it is pushed. */
  function* reposOf(repository: string, base = ''): Generator<{ repo: GitRepo; base: string }> {
    const gitDir = mirror(repository);
    if (gitDir !== undefined) yield { repo: { gitDir }, base };
    const remote = base.replace(/^refs\/heads\/(.+)$/, (_, branch: string) => remoteBranchRef(branch));
    for (const host of existsSync(hosts) ? readdirSync(hosts) : []) {
      const clone = clonePath(stateDir, decodeURIComponent(host), repository);
      if (existsSync(clone)) yield { repo: { gitDir: clone }, base: remote };
    }
  }

  function filesOf(repo: GitRepo, baseSha: string, headSha: string): Promise<readonly DiffFile[]> {
    const key = `${repo.gitDir} ${baseSha} ${headSha}`;
    const known = lists.get(key);
    if (known !== undefined) return known;
    const files = listDiffFiles(repo, baseSha, headSha);
    files.catch(() => lists.delete(key));
    for (const oldest of [...lists.keys()].slice(0, Math.max(0, lists.size + 1 - MOST_LISTS))) lists.delete(oldest);
    lists.set(key, files);
    return files;
  }

  async function readFrom(repo: GitRepo, { from, files, ...commits }: FromFiles): Promise<PatchPiece> {
    const [file] = files as [DiffFile];
    if ('path' in from) return await readPiece(repo, { ...commits, file, offset: from.offset });
    return (
      (await readWholePatches(repo, { ...commits, files })) ?? (await readPiece(repo, { ...commits, file, offset: 0 }))
    );
  }

  /** Skips git for a pair whose files are already listed: the listing checked it. */
  async function isAncestor(repo: GitRepo, baseSha: string, headSha: string): Promise<boolean> {
    if (lists.has(`${repo.gitDir} ${baseSha} ${headSha}`)) return true;
    const { exitCode } = await gitResult(repo, ['merge-base', '--is-ancestor', baseSha, headSha]);
    return exitCode === 0;
  }

  return {
    mirror,
    async readChanges({ repository, head, base: wanted }) {
      for (const { repo, base } of reposOf(repository, wanted)) {
        const found = await findCommits(repo, base, head);
        if (found !== undefined) return { ...found, files: await filesOf(repo, found.baseSha, found.headSha) };
      }
      return undefined;
    },
    async readPatch({ repository, baseSha, headSha, from }) {
      for (const { repo } of reposOf(repository)) {
        if (!(await isAncestor(repo, baseSha, headSha))) continue;
        const files = await filesOf(repo, baseSha, headSha);
        const index = firstOf(files, from);
        if (index === undefined || index >= files.length) return 'unchanged';
        const piece = await readFrom(repo, { baseSha, headSha, from, files: files.slice(index) });
        return { ...piece, isLast: piece.next === null && piece.path === files.at(-1)?.path };
      }
      return undefined;
    },
  };
}

function firstOf(files: readonly DiffFile[], from: PatchFrom['from']): number | undefined {
  if ('afterFile' in from && from.afterFile === null) return 0;
  const named = 'path' in from ? from.path : from.afterFile;
  const index = files.findIndex(({ path }) => path === named);
  if (index === -1) return undefined;
  return 'path' in from ? index : index + 1;
}

async function findCommits(repo: GitRepo, base: string, head: string) {
  const find = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${head}^{commit}`];
  const [commits, common] = await Promise.all([
    gitResult(repo, find),
    gitResult(repo, ['merge-base', '--', base, head]),
  ]);
  if (commits.exitCode !== 0 || common.exitCode !== 0) return undefined;
  return { baseSha: common.stdout.trim(), headSha: commits.stdout.trim() };
}
