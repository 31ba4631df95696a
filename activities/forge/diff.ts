/** What a pull request changes, read on this machine: from the local forge's mirror, else from the clone of a host. */
import { existsSync, readdirSync } from 'node:fs';
import { type GitPlace, gitResult } from '../git/git.ts';
import { clonePath, hostsPath, mirrorPath, remoteBranchRef } from '../git/names.ts';

export interface DiffQuestion {
  readonly repository: string;
  /** A full ref or a commit. */
  readonly base: string;
  readonly head: string;
}

export interface ReadDiff {
  /** Where base and head part. */
  readonly baseSha: string;
  readonly headSha: string;
  readonly stat: string;
  readonly patch: string;
  /** The patch goes on. */
  readonly truncated: boolean;
}

export interface MirrorReader {
  /** The mirror, where it is on this machine. */
  mirror(repository: string): string | undefined;
  /** Nothing when no repository on this machine has both commits. Changes nothing; runs wherever the API runs. */
  readDiff(question: DiffQuestion): Promise<ReadDiff | undefined>;
}

const MOST_CHARACTERS = 1_000_000;

/** Whoever approves must see all of it: no driver of a repository's own, and submodules too. */
const DIFF = ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none'];

export function createMirrorReader(stateDir: string): MirrorReader {
  const hosts = hostsPath(stateDir);
  const mirror = (repository: string): string | undefined => {
    const gitDir = mirrorPath(stateDir, repository);
    return existsSync(gitDir) ? gitDir : undefined;
  };

  /** A clone knows the forge's branches under another name, and has what waits for a person before it is pushed. */
  function* places({ repository, base }: DiffQuestion): Generator<{ place: GitPlace; base: string }> {
    const gitDir = mirror(repository);
    if (gitDir !== undefined) yield { place: { gitDir }, base };
    const remote = base.replace(/^refs\/heads\/(.+)$/, (_, branch: string) => remoteBranchRef(branch));
    for (const host of existsSync(hosts) ? readdirSync(hosts) : []) {
      const clone = clonePath(stateDir, decodeURIComponent(host), repository);
      if (existsSync(clone)) yield { place: { gitDir: clone }, base: remote };
    }
  }

  return {
    mirror,
    async readDiff(question) {
      for (const { place, base } of places(question)) {
        const found = await readFrom(place, base, question.head);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

async function readFrom(place: GitPlace, base: string, head: string): Promise<ReadDiff | undefined> {
  const find = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${head}^{commit}`];
  const commits = await gitResult(place, find);
  const common = await gitResult(place, ['merge-base', '--', base, head]);
  if (commits.exitCode !== 0 || common.exitCode !== 0) return undefined;
  const [baseSha, headSha] = [common.stdout.trim(), commits.stdout.trim()];
  const [stat, patch] = await Promise.all([
    gitResult(place, [...DIFF, '--stat=100', '--stat-count=500', baseSha, headSha, '--']),
    gitResult(place, [...DIFF, '--patch', baseSha, headSha, '--'], { maxBytes: MOST_CHARACTERS }),
  ]);
  const { truncated, stdout } = patch;
  const whole = truncated ? stdout.slice(0, stdout.lastIndexOf('\n') + 1) : stdout;
  return { baseSha, headSha, stat: stat.stdout, patch: whole, truncated };
}
