/** What a pull request changes, read from the local forge's mirror where that is on this machine. */
import { existsSync } from 'node:fs';
import { gitResult } from '../git/git.ts';
import { mirrorPath } from '../git/names.ts';

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
  /** Nothing when the mirror, or one of the commits, is not on this machine. Changes nothing; runs wherever the API runs. */
  readDiff(question: DiffQuestion): Promise<ReadDiff | undefined>;
}

const MOST_CHARACTERS = 1_000_000;

/** Whoever approves must see all of it: no driver of a repository's own, and submodules too. */
const DIFF = ['diff', '--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none'];

export function createMirrorReader(stateDir: string): MirrorReader {
  const mirror = (repository: string): string | undefined => {
    const gitDir = mirrorPath(stateDir, repository);
    return existsSync(gitDir) ? gitDir : undefined;
  };

  return {
    mirror,
    async readDiff({ repository, base, head }) {
      const gitDir = mirror(repository);
      if (gitDir === undefined) return undefined;
      const place = { gitDir };
      const commits = await gitResult(place, [
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${head}^{commit}`,
      ]);
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
    },
  };
}
