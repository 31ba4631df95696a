/** What a pull request changes, read on this machine: from the local forge's mirror, else from the clone of a host. */
import { existsSync, readdirSync } from 'node:fs';
import { type GitPlace, gitResult } from '../git/git.ts';
import { clonePath, hostsPath, mirrorPath, remoteBranchRef } from '../git/names.ts';
import { type DiffFile, listDiffFiles } from './diff-files.ts';
import { createPatchReader, type PatchPiece } from './diff-patch.ts';

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

export interface FilePatchQuestion {
  readonly repository: string;
  readonly baseSha: string;
  readonly headSha: string;
  readonly path: string;
  /** In bytes; what `next` of the piece before said. */
  readonly offset: number;
}

/** Changes nothing; runs wherever the API runs. */
export interface MirrorReader {
  /** The mirror, where it is on this machine. */
  mirror(repository: string): string | undefined;
  /** Nothing when no repository on this machine has both commits. */
  readChanges(question: ChangesQuestion): Promise<Changes | undefined>;
  /** A piece of a file's patch; "unchanged" when the file is not part of it, nothing when `baseSha` is no ancestor here. */
  readPatch(question: FilePatchQuestion): Promise<PatchPiece | 'unchanged' | undefined>;
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
  function* places(repository: string, base = ''): Generator<{ place: GitPlace; base: string }> {
    const gitDir = mirror(repository);
    if (gitDir !== undefined) yield { place: { gitDir }, base };
    const remote = base.replace(/^refs\/heads\/(.+)$/, (_, branch: string) => remoteBranchRef(branch));
    for (const host of existsSync(hosts) ? readdirSync(hosts) : []) {
      const clone = clonePath(stateDir, decodeURIComponent(host), repository);
      if (existsSync(clone)) yield { place: { gitDir: clone }, base: remote };
    }
  }

  function filesOf(place: GitPlace, baseSha: string, headSha: string): Promise<readonly DiffFile[]> {
    const key = `${place.gitDir} ${baseSha} ${headSha}`;
    const known = lists.get(key);
    if (known !== undefined) return known;
    const files = listDiffFiles(place, baseSha, headSha);
    files.catch(() => lists.delete(key));
    for (const oldest of [...lists.keys()].slice(0, Math.max(0, lists.size + 1 - MOST_LISTS))) lists.delete(oldest);
    lists.set(key, files);
    return files;
  }

  return {
    mirror,
    async readChanges({ repository, head, base: wanted }) {
      for (const { place, base } of places(repository, wanted)) {
        const found = await findCommits(place, base, head);
        if (found !== undefined) return { ...found, files: await filesOf(place, found.baseSha, found.headSha) };
      }
      return undefined;
    },
    async readPatch({ repository, baseSha, headSha, path, offset }) {
      for (const { place } of places(repository)) {
        const { exitCode } = await gitResult(place, ['merge-base', '--is-ancestor', baseSha, headSha]);
        if (exitCode !== 0) continue;
        const files = await filesOf(place, baseSha, headSha);
        const file = files.find((one) => one.path === path);
        return file === undefined ? 'unchanged' : await readPiece(place, { baseSha, headSha, file, offset });
      }
      return undefined;
    },
  };
}

async function findCommits(place: GitPlace, base: string, head: string) {
  const find = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${head}^{commit}`];
  const [commits, common] = await Promise.all([
    gitResult(place, find),
    gitResult(place, ['merge-base', '--', base, head]),
  ]);
  if (commits.exitCode !== 0 || common.exitCode !== 0) return undefined;
  return { baseSha: common.stdout.trim(), headSha: commits.stdout.trim() };
}
